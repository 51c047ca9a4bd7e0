import type { Diagnosis, Finding, Owner } from '../../../core/diagnosis.ts';
import { utc } from '../../../core/durations.ts';
import { shortName } from '../../../core/kubernetes/object.ts';
import type { ReportTarget } from '../../../core/report/parts.ts';
import { impactWords } from './impact-words.ts';

export const teams: Readonly<Record<Owner, string>> = {
  operator: 'whoever runs this environment',
  platform: 'the platform team',
  dns: 'the DNS team',
  network: 'the network team',
  security: 'the security team',
  application: "the application's team",
};

/** A message to the team that usually mends it: what is wrong, what proves it, what is asked for. Ready to be sent as it is. */
export function messageAbout(finding: Finding, diagnosis: Diagnosis, target: ReportTarget): readonly string[] {
  const { snapshot } = diagnosis;
  return [
    `To: ${teams[finding.owner]}`,
    `Subject: ${finding.title} (${snapshot.target.name}, ${target.namespace})`,
    '',
    finding.because,
    '',
    `${impactWords(diagnosis.impact)}.`,
    '',
    finding.confidence === 'confirmed' ? 'Seen:' : 'Seen (it is likely, not proved):',
    ...finding.evidence.map(
      ({ from, path, saw, wanted }) =>
        `- ${from}${path ? ` ${path}` : ''}: ${saw}${wanted ? `; wanted: ${wanted}` : ''}`,
    ),
    ...asks(finding),
    '',
    `About: ${shortName(finding.object)} in ${finding.object.namespace ?? 'the cluster'}, context ${target.context}.`,
    `Looked at ${utc(snapshot.now)} with orion-setup, from the operator's machine. Cause: ${finding.code}.`,
  ];
}

function asks({ remedies }: Finding): readonly string[] {
  const [first] = remedies;
  if (!first) return [];
  return [
    '',
    `What would help: ${first.title}.`,
    ...first.commands.flatMap((command) => command.split('\n')).map((line) => `  ${line}`),
  ];
}

/** Where something could not be looked at: what is asked for is the right to look. */
export function messageForRights(diagnosis: Diagnosis, target: ReportTarget): readonly string[] {
  const needs = [...new Set(diagnosis.coverage.notLooked.flatMap((item) => item.needs ?? []))];
  return [
    'To: the platform team',
    `Subject: Rights to look at ${diagnosis.snapshot.target.name} in ${target.namespace}`,
    '',
    'Diagnosing needs to read what this account may not read. Nothing is changed by it. Please grant:',
    ...(needs.length > 0 ? needs : diagnosis.coverage.notLooked.map(({ what }) => what)).map((need) => `- ${need}`),
    '',
    `Context ${target.context}. Seen at ${utc(diagnosis.snapshot.now)} with orion-setup.`,
  ];
}

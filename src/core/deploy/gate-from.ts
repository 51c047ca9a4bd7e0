import { parse } from 'yaml';
import { z } from 'zod';
import { ExpectedStop } from '../failure.ts';
import type { GateFacts } from '../setup/effect.ts';

const moment = z.iso.datetime({ offset: true });
const ofReport = z.looseObject({
  kind: z.literal('DeployReport'),
  environment: z.literal('staging'),
  gate: z.looseObject({ state: z.literal('passed'), digest: z.string(), at: moment }),
});
const ofProfile = z.looseObject({
  environments: z.looseObject({
    staging: z.looseObject({ gate: z.looseObject({ digest: z.string(), passedAt: moment }) }),
  }),
});

/** What staging passed on another cluster, by the report of its deploy or by an exported profile. */
export function gateFrom(text: string, file: string, digest: string): GateFacts {
  const value = valueIn(text, file);
  const report = ofReport.safeParse(value);
  const profile = ofProfile.safeParse(value);
  const found = report.success
    ? { digest: report.data.gate.digest, at: report.data.gate.at }
    : profile.success
      ? { digest: profile.data.environments.staging.gate.digest, at: profile.data.environments.staging.gate.passedAt }
      : undefined;
  if (found === undefined)
    throw new ExpectedStop('usage', `${file} does not say that staging passed.`, [
      'It is what "orion-setup deploy staging -o json" printed when it ended with 0, or "orion-setup profile export".',
    ]);
  const by = `staging passed at ${found.at}, by ${file}`;
  return found.digest === digest
    ? { state: 'passed', because: `${by}.`, ...found }
    : { state: 'other-version', because: `${by}, with another base or image.`, ...found };
}

function valueIn(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    throw new ExpectedStop('usage', `${file} is neither JSON nor YAML.`);
  }
}

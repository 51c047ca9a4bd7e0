import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { type Installation, installationsOf } from '../core/prerequisites/install.ts';
import type { Ran, SeenPrerequisite } from '../core/report/prerequisites-report.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { insistOnPin, type Place } from './place.ts';

type Site = {
  readonly place: Place;
  readonly identity: ClusterIdentity;
  readonly invocation: Invocation;
  readonly io: Io;
};

/** A chart with its images may take its time. */
const longest = 10 * 60_000;

/**
 * Runs the commands that bring what is missing or too old, one after the other, each component after its own yes. What they print goes
 * through as it comes. Stops at the first that fails.
 */
export async function installMissing(items: readonly SeenPrerequisite[], site: Site): Promise<readonly Ran[]> {
  const { io, place, identity, invocation } = site;
  const wanted = installationsOf(items);
  if (wanted.length === 0) {
    io.err('There is nothing here that this tool could install.\n');
    return [];
  }
  insistOnPin(place, identity);
  const ran: Ran[] = [];
  for (const installation of wanted) {
    await insistOnConsent(installation, site);
    for (const command of installation.commands) {
      const [program = '', ...args] = [...command.split(' '), ...clusterArguments(command, identity, invocation)];
      const line = [program, ...args].join(' ');
      io.err(`\n$ ${line}\n`);
      const answer = await systemShell.run(program, args, { timeoutMs: longest, onOutput: io.err }, io.signal);
      const result = answer.ok ? 'done' : answer.why;
      ran.push({ id: installation.id, command: line, result, exitCode: answer.ok ? 0 : answer.exitCode });
      if (result === 'not-installed')
        io.err(`${program} is not on this machine. Get it, or send the request to whoever runs the cluster.\n`);
      if (!answer.ok) return ran;
    }
  }
  return ran;
}

/** Whatever the current context is by now: the commands go to the cluster that was looked at. */
function clusterArguments(command: string, { context }: ClusterIdentity, { options }: Invocation): readonly string[] {
  if (command.startsWith('helm repo ')) return [];
  const isHelm = command.startsWith('helm ');
  return [
    isHelm ? '--kube-context' : '--context',
    context,
    ...(options.kubeconfig === undefined ? [] : ['--kubeconfig', options.kubeconfig]),
    ...(options.as === undefined ? [] : [isHelm ? '--kube-as-user' : '--as', options.as]),
  ];
}

async function insistOnConsent({ title, namespace, commands }: Installation, site: Site): Promise<void> {
  const { io, identity, place, invocation } = site;
  const { options } = invocation;
  io.err(
    `\n${title} would be installed into ${namespace} of ${identity.context}. It makes CRDs and roles for the whole cluster, and this tool cannot take it back:\n${commands.map((line) => `  ${line}\n`).join('')}`,
  );
  const wanted = consentTo('medium', { namespace, context: identity.context, environment: place.environment });
  if (isGiven(wanted, options)) return;
  if (mayAsk(options, io) && faceOf(options, io) !== 'document') {
    if (await consentByLine(wanted, lineQuestions(io.signal))) return;
    throw new ExpectedStop('operator-said-no', `${title} was not installed.`);
  }
  throw new ExpectedStop('refused', `${title} was not installed: it needs your word.`, [
    `orion-setup prerequisites --install ${optionsFor(wanted)}`,
  ]);
}

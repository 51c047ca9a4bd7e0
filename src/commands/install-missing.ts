import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { type Installation, installationsOf } from '../core/prerequisites/install.ts';
import { takenBackBy } from '../core/prerequisites/taken-back-by.ts';
import type { Ran, SeenPrerequisite } from '../core/report/prerequisites-report.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { beginJournal, journalsOf } from './change-log.ts';
import { insistOnPin, type Place } from './place.ts';

type Site = {
  readonly place: Place;
  readonly reader: Pick<ClusterReader, 'whoAmI'>;
  readonly clock: Clock;
  readonly identity: ClusterIdentity;
  readonly invocation: Invocation;
  readonly io: Io;
  readonly look: () => Promise<readonly SeenPrerequisite[]>;
};

export type Installed = { readonly ran: readonly Ran[]; readonly items: readonly SeenPrerequisite[] };

/** A chart with its images may take its time. */
const longest = 10 * 60_000;

/**
 * Runs the commands that bring what is missing or too old, one after the other, each component after its own yes. What they print goes
 * through as it comes. Stops at the first that fails. Each is in the journal before it is run, with what takes it back by hand.
 */
export async function installMissing(before: readonly SeenPrerequisite[], site: Site): Promise<Installed> {
  const { io, place, identity } = site;
  const wanted = installationsOf(before);
  if (wanted.length === 0) {
    io.err('There is nothing here that this tool could install.\n');
    return { ran: [], items: before };
  }
  insistOnPin(place, identity);
  const ran: Ran[] = [];
  let items = before;
  for (const installation of wanted) {
    await insistOnConsent(installation, site);
    const own = await installOne(installation, site);
    ran.push(...own.ran);
    items = own.items;
    if (own.ran.some(({ result }) => result !== 'done')) break;
  }
  return { ran, items };
}

/** One component, in a journal of its own; looked at again afterwards. */
async function installOne(installation: Installation, site: Site): Promise<Installed> {
  const { io, place, reader, clock, identity, invocation, look } = site;
  const { id, title, namespace, commands } = installation;
  const journals = journalsOf(io);
  await using _lock = await journals.lock();
  const journal = await beginJournal(journals, clock, {
    identity,
    reader,
    namespace,
    command: 'prerequisites --install',
    title: `Install ${title}`,
    profile: place.profile?.name,
  });
  const at = () => clock.now().toISOString();
  const ran: Ran[] = [];
  for (const [place, command] of commands.entries()) {
    const cluster = clusterArguments(command, identity, invocation);
    const [program = '', ...args] = [...command.split(' '), ...cluster];
    const line = [program, ...args].join(' ');
    const n = place + 1;
    await journal.append({
      record: 'command',
      n,
      at: at(),
      command: line,
      takenBackBy: takenBackBy(command, cluster) ?? null,
    });
    io.err(`\n$ ${line}\n`);
    const answer = await systemShell.run(program, args, { timeoutMs: longest, onOutput: io.err }, io.signal);
    const result = answer.ok ? 'done' : answer.why;
    const exitCode = answer.ok ? 0 : answer.exitCode;
    await journal.append({ record: 'ran', n, at: at(), result, exitCode });
    ran.push({ id, command: line, result, exitCode });
    if (result === 'not-installed')
      io.err(`${program} is not on this machine. Get it, or send the request to whoever runs the cluster.\n`);
    if (!answer.ok) break;
  }
  const items = await look();
  const seen = items.find((one) => one.id === id);
  const because = `${title}: ${seen?.because ?? 'not seen'}`;
  await journal.append({ record: 'verified', at: at(), ok: seen?.state === 'fine', because });
  return { ran, items };
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

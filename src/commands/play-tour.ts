import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { Shell } from '../core/outside/shell.ts';
import { randomSecret } from '../edges/keys/secret-values.ts';
import { setupLine } from '../views/plain/setup-lines.ts';
import { mendHere } from './mend-here.ts';
import { type OpenPractice, openPractice } from './open-practice.ts';
import { lookAt, say, sessionOf, until } from './play-scenario.ts';
import { type SetupFace, setUp, setupFace } from './setup.ts';
import type { SetupWorld } from './setup-world.ts';
import { undo } from './undo.ts';

const namespace = 'orion-staging';

/** The tour: set-up of staging from nothing, then a stuck certificate named, mended, proved and taken back. Without a terminal it plays itself. */
export async function playTour(invocation: Invocation, io: Io): Promise<number> {
  const guided = faceOf(invocation.options, io) === 'screens' && !invocation.options.auto;
  const opened = await openPractice('empty', guided ? 'watched' : 'by-itself', io);
  const home = join(opened.folder, 'home');
  const here: Io = {
    ...io,
    env: { ...io.env, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') },
  };
  try {
    io.out(
      'Practice, the tour. A cluster in this process, with cert-manager, an ingress and a CA; nothing leaves this machine.\n\n',
    );
    io.out('1. Set-up of staging, from nothing.\n\n');
    const code = await setUpStaging(opened, invocation, guided, here);
    if (code !== 0) return code;
    return await stuckCertificate(opened, invocation, guided, here);
  } finally {
    await opened.close();
  }
}

async function setUpStaging(opened: OpenPractice, { options }: Invocation, guided: boolean, io: Io): Promise<number> {
  const { practice, folder, connection } = opened;
  const answers = join(folder, 'answers.yaml');
  await writeFile(join(folder, 'staging.env'), practiceSecrets(), { mode: 0o600 });
  await writeFile(answers, practiceAnswers(practice.contextName));
  const consent = guided ? {} : { yes: true, confirm: [namespace], 'no-input': true };
  const asked: Invocation = {
    words: [],
    options: { ...options, ...consent, env: 'staging', answers, kubeconfig: practice.kubeconfig },
  };
  const world: SetupWorld = {
    contexts: async () => ({ names: [practice.contextName], current: practice.contextName }),
    // One connection for the whole tour; set-up's end is not its end.
    connect: async () => ({ ...connection, close: () => {} }),
    outside: practice.probes,
    clock: opened.clock,
    shell: noPrograms,
  };
  const inLines: SetupFace = (run) => run({ ask: undefined, emit: (event) => io.out(setupLine(event)) }, io.signal);
  return setUp(asked, io, world, guided ? await setupFace(asked, io, world) : inLines);
}

/** The practice cluster needs none. */
const noPrograms: Shell = {
  run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }),
};

const practiceSecrets = (): string =>
  [
    `database-url=postgresql://orion:${randomSecret(18)}@postgres.data.svc:5432/orion`,
    `redis-url=redis://:${randomSecret(18)}@redis.data.svc:6379/0`,
    `jwt-secret=${randomSecret(48)}`,
    '',
  ].join('\n');

const practiceAnswers = (context: string): string => `apiVersion: orion-setup/v1
kind: Answers
domain: example.org
tree: ./k8s
image: ghcr.io/example/auth-service:1.4.2
allowFromNamespaces: [orion-web]
corsOrigins: []
environments:
  staging: {context: ${context}, secretsFile: staging.env}
`;

/** What a platform team does with the best intentions at five to three. */
const denyAll = { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] } };

async function stuckCertificate(
  opened: OpenPractice,
  invocation: Invocation,
  guided: boolean,
  io: Io,
): Promise<number> {
  const { practice, journals, connection, identity, clock } = opened;
  const session = sessionOf(opened, {
    runbook: 'cert-pending',
    target: { kind: 'Certificate', namespace, name: 'auth-tls-cert' },
  });
  io.out(
    '\n2. Some weeks later: somebody closes the namespace by a policy, and the certificate has to be issued anew.\n\n',
  );
  practice.patchObject(`NetworkPolicy/${namespace}/baseline-deny`, denyAll);
  practice.patchObject(`Secret/${namespace}/auth-tls-secret`, null);
  const stuck = await until('problem', session, await lookAt(session, io), io);
  if (guided) {
    const { runbookOnScreens } = await import('./runbook-on-screens.ts');
    return await runbookOnScreens(session, invocation, io);
  }
  say(session, stuck, io);

  io.out('\n3. Mended, and proved.\n\n');
  const consent = { yes: true, confirm: [namespace] };
  const told: Io = { ...io, err: io.out };
  const mended = await mendHere(session, stuck, { words: ['cert-pending'], options: { ...consent, fix: true } }, told);
  say(session, mended.diagnosis, io);
  if (!mended.remediation?.verified) return exitCodes.problem;

  io.out('\n4. And taken back: the certificate is there now, so the opening is not needed until the next renewal.\n\n');
  const place = { profile: undefined, environment: undefined, context: undefined, namespace };
  const code = await undo(
    { reader: connection.reader, writer: connection.writer, identity, journals, clock, place },
    { words: [mended.remediation.undoId ?? ''], options: { yes: true, confirm: [namespace, identity.context] } },
    told,
  );
  io.out(code === 0 ? '\nThat was the tour. Practise a fault: orion-setup practice --list\n' : '');
  return code;
}

import type { SecretKey } from '../core/manifests/secrets-env.ts';
import type { Io } from '../core/outside/io.ts';
import type { Shell } from '../core/outside/shell.ts';
import { randomSecret } from '../edges/keys/secret-values.ts';
import type { OpenPractice } from './open-practice.ts';
import { lookAt, sessionOf, until } from './practice-session.ts';
import type { SetupWorld } from './setup-world.ts';

/** What the tour is about, whoever leads it. */
export const namespace = 'orion-staging';

/** The practice cluster as set-up's world, with an answer suggested to every question. */
export function tourWorld({ practice, connection, clock }: OpenPractice): SetupWorld {
  return {
    contexts: async () => ({ names: [practice.contextName], current: practice.contextName }),
    // One connection for the whole tour; set-up's end is not its end.
    // All of it goes by the practice clock, this machine's time too.
    connect: async () => ({ ...connection, clock, aheadMs: () => 0, close: () => {} }),
    outside: practice.probes,
    clock,
    shell: noPrograms,
    suggests: {
      answers: {
        profile: 'practice',
        domain: 'example.org',
        image: 'ghcr.io/example/auth-service:1.4.2',
      },
      secret: madeUp,
    },
  };
}

/** The practice cluster needs none. */
const noPrograms: Shell = {
  run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }),
};

function madeUp(key: SecretKey): string {
  switch (key) {
    case 'database-url':
      return `postgresql://orion:${randomSecret(18)}@postgres.data.svc:5432/orion`;
    case 'redis-url':
      return `redis://:${randomSecret(18)}@redis.data.svc:6379/0`;
    case 'jwt-secret':
      return randomSecret(48);
  }
}

/** What a platform team does with the best intentions at five to three. */
const denyAll = { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] } };

/** A closed namespace and a certificate to be issued anew, once the controllers have met it. */
export async function breakCertificate(opened: OpenPractice, io: Io) {
  const session = sessionOf(opened, {
    runbook: 'cert-pending',
    target: { kind: 'Certificate', namespace, name: 'auth-tls-cert' },
  });
  opened.practice.patchObject(`NetworkPolicy/${namespace}/baseline-deny`, denyAll);
  opened.practice.patchObject(`Secret/${namespace}/auth-tls-secret`, null);
  return { session, stuck: await until('problem', session, await lookAt(session, io), io) };
}

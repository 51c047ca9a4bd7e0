import { parse } from 'yaml';
import { z } from 'zod';
import { usualAlertConfig } from './alerts/usual-config.ts';
import { ExpectedStop } from './failure.ts';
import type { KubernetesObject } from './kubernetes/object.ts';

/**
 * A scenario: a cluster and the world around it at one moment, and what must be said of it. One schema for the stories of the
 * practice cluster, for detector tests, and for evidence saved with --save.
 * Moments may be written as ages against `now`: `-41m`, `-1d2h`, `+60d`.
 */
const answeredHttp = z.strictObject({
  status: z.int(),
  body: z.string().default(''),
  server: z.string().default(''),
  location: z.string().default(''),
});

const dnsRecords = z.strictObject({
  rcode: z.string().default('NOERROR'),
  a: z.array(z.string()).default([]),
  aaaa: z.array(z.string()).default([]),
  caa: z.array(z.string()).default([]),
});

const servedPage = z.strictObject({
  status: z.int().default(200),
  contentType: z.string().default('text/plain; version=0.0.4'),
  body: z.string().default(''),
  location: z.string().default(''),
  scheme: z.enum(['http', 'https']).default('http'),
  /** How long an answer takes. */
  seconds: z.number().default(0),
  /** With scheme https: the certificate, and what the server does with who speaks plain HTTP to it. */
  certificate: z
    .strictObject({
      names: z.array(z.string()).default([]),
      isExpired: z.boolean().default(false),
      wantsClient: z.boolean().default(false),
      /** It does not take the certificate that it is shown. */
      refusesClient: z.boolean().default(false),
      onPlain: z.enum(['400', 'eof']).default('400'),
    })
    .prefault({}),
});

const world = z.strictObject({
  /** Name → records. A name that is not here does not exist (NXDOMAIN). */
  dns: z.record(z.string(), dnsRecords).default({}),
  /**
   * `address:port` → what is there; an address that is not here does not answer (timed-out). `ingress` is this cluster's ingress
   * controller, which answers by the cluster's own Ingress objects.
   */
  ports: z
    .record(z.string(), z.union([z.enum(['refused', 'timed-out', 'unreachable', 'ingress']), answeredHttp]))
    .default({}),
  /** The same for cert-manager, which looks from inside the cluster; an address that is not here is as it is outside. */
  inside: z.record(z.string(), z.enum(['refused', 'timed-out', 'unreachable'])).default({}),
  ingress: z
    .strictObject({
      namespace: z.string().default('ingress-nginx'),
      controller: z.string().default('k8s.io/ingress-nginx'),
      enforcesNetworkPolicies: z.boolean().default(true),
      /** Path prefix → an answer that something in front of the controller gives instead. */
      intercepts: z.record(z.string(), answeredHttp).default({}),
    })
    .prefault({}),
  /** Set: a policy of the cluster refuses every eviction, with these words. */
  evictions: z.strictObject({ denied: z.string().optional() }).prefault({}),
  /** The operator's own manifests, and what the API server says to them; absent where none are known. */
  manifests: z
    .strictObject({
      tried: z.array(z.string()),
      refused: z
        .array(
          z.strictObject({
            object: z.string(),
            causes: z.array(z.strictObject({ field: z.string(), message: z.string() })),
          }),
        )
        .default([]),
    })
    .optional(),
  /** ACME servers by directory URL. One that is not here answers as a sound one does. */
  acme: z
    .record(
      z.string(),
      z.strictObject({
        /** Set: the directory cannot be fetched, with this error of Go's. */
        unreachable: z.string().optional(),
        /** Set: registration or update of the account is refused with this problem, as `400 urn:ietf:params:acme:error:invalidContact: …`. */
        refusesContact: z.string().optional(),
        /** Set: a new Order is refused with this problem, as `429 urn:ietf:params:acme:error:rateLimited: …`. */
        refusesOrder: z.string().optional(),
      }),
    )
    .default({}),
  /** Prometheus and its operator, as far as what they do does not follow from the cluster's objects. */
  prometheus: z
    .strictObject({
      /** false: nobody answers on its API, whatever its pods say. */
      answers: z.boolean().default(true),
      /** failed: it runs on with the jobs of `keeps`. */
      reload: z.enum(['good', 'failed']).default('good'),
      /** Jobs that were there before operator or reload stood still, as `serviceMonitor/orion-staging/auth-service-monitor/0`. */
      keeps: z.array(z.string()).default([]),
      /** Metrics of the service that come by other scrapes than its own. */
      metrics: z
        .array(z.string())
        .default([
          'container_cpu_usage_seconds_total',
          'container_memory_usage_bytes',
          'kube_pod_status_phase',
          'kube_deployment_status_replicas',
          'certmanager_certificate_expiration_timestamp_seconds',
          'certmanager_certificate_ready_status',
        ]),
    })
    .prefault({}),
  /** The Alertmanager that Prometheus is told of, with its whole configuration: of that only the routes are ever kept. */
  alertmanager: z
    .strictObject({ answers: z.boolean().default(true), config: z.string().default(usualAlertConfig) })
    .prefault({}),
  /**
   * What the pods serve, by `POD:PORT/path`, `PORT/path` of every pod, `POD:PORT` or `PORT`. What is not here: a sound page on /metrics of
   * each port that a container declares.
   */
  pages: z.record(z.string(), z.union([z.enum(['refused', 'timed-out', 'reset']), servedPage])).default({}),
  /** What containers wrote, by `NAMESPACE/POD`. */
  logs: z.record(z.string(), z.array(z.strictObject({ time: z.string(), text: z.string() }))).default({}),
  /** Recorded answers by the look's name; they come before all else. This is what saved evidence holds. */
  looks: z.record(z.string(), z.unknown()).default({}),
});

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

const healStep = z.union([
  z.strictObject({ remedy: z.string(), of: z.string() }),
  /** The world changes as somebody else mends it: merged into `world` (RFC 7386). `says` tells who does what, where that is not plain. */
  z.strictObject({ world: z.record(z.string(), z.unknown()), says: z.string().optional() }),
  /** A manual step, as a merge patch (RFC 7386) of one object; `null` deletes it. `says`: what is done, as typed by hand. */
  z.strictObject({
    object: z.string(),
    patch: z.record(z.string(), z.unknown()).nullable(),
    says: z.string().optional(),
  }),
  /** Time passes: a duration as `20m`. */
  z.strictObject({ pass: z.string() }),
]);

export const scenarioSchema = z.strictObject({
  apiVersion: z.literal('orion-setup/v1'),
  kind: z.literal('Scenario'),
  name: z.string().regex(/^[a-z0-9-]+$/),
  runbook: z.enum(['cert-pending', 'pdb-blocking', 'prometheus-not-scraping']),
  title: z.string(),
  /** For practice: what the operator is told. */
  story: z.string().default(''),
  /** recorded from real controllers, written by hand, or saved live with --save. */
  source: z.enum(['recorded', 'written', 'live']),
  now: z.iso.datetime(),
  target: z.strictObject({ kind: z.string(), namespace: z.string(), name: z.string() }),
  objects: z.array(objectSchema).default([]),
  /** Reads that are refused, by the look's name or its beginning, as `list acme.cert-manager.io/v1 Challenge`. */
  refused: z
    .array(
      z.strictObject({
        look: z.string(),
        why: z.enum(['forbidden', 'unreachable', 'timed-out', 'unreadable', 'not-found']),
        detail: z.string().optional(),
      }),
    )
    .default([]),
  /** What was looked at, by the looks' names, where that is all that is known: of anything else there is no answer. */
  looked: z.array(z.string()).optional(),
  world: world.prefault({}),
  expect: z
    .strictObject({
      outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete']),
      roots: z.array(z.string()).default([]),
      /** Codes that must be among the findings without being roots. */
      echoes: z.array(z.string()).default([]),
      /** Look-alikes that must not be found at all. */
      notFound: z.array(z.string()).default([]),
      unrecognised: z.boolean().default(false),
    })
    .optional(),
  heal: z.array(healStep).default([]),
});

export type Scenario = Omit<z.infer<typeof scenarioSchema>, 'objects'> & {
  readonly objects: readonly KubernetesObject[];
};
export type World = z.infer<typeof world>;
export type HealStep = z.infer<typeof healStep>;

/** Reads a scenario from YAML or JSON. Throws ExpectedStop naming what is wrong and where. */
export function parseScenario(text: string, from: string): Scenario {
  let raw: unknown;
  try {
    raw = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new ExpectedStop('usage', `${from} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = scenarioSchema.safeParse(raw);
  if (!read.success) {
    throw new ExpectedStop('usage', `${from} is not a scenario:\n${z.prettifyError(read.error)}`, [
      'A scenario begins with "apiVersion: orion-setup/v1" and "kind: Scenario"; --save writes one.',
    ]);
  }
  const now = new Date(read.data.now);
  return {
    ...read.data,
    objects: read.data.objects.map((object) => withMoments(object, now) as KubernetesObject),
    world: { ...read.data.world, logs: withMoments(read.data.world.logs, now) as World['logs'] },
  };
}

const age = /^([-+])(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Turns every age (`-41m`) in `value` into a moment (RFC 3339, whole seconds) against `now`. */
export function withMoments(value: unknown, now: Date): unknown {
  if (typeof value === 'string') {
    const found = age.exec(value);
    if (!found) return value;
    const [, sign, days = 0, hours = 0, minutes = 0, seconds = 0] = found;
    const span = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
    return new Date(now.getTime() + (sign === '-' ? -span : span) * 1000).toISOString().replace('.000Z', 'Z');
  }
  if (Array.isArray(value)) return value.map((item) => withMoments(item, now));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMoments(item, now)]));
  }
  return value;
}

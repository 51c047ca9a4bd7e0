import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { ReadLook } from '../../src/core/look.ts';
import type { Part } from '../../src/core/setup/effect.ts';
import type { Cluster, DeployPorts } from '../../src/engine/deploy/ports.ts';
import { waitReady } from '../../src/engine/deploy/ready.ts';
import { verifySettled } from '../../src/engine/deploy/verify-settled.ts';
import { waitVerified } from '../../src/engine/wait-verified.ts';
import { pointResult } from '../core/verify/sample-point.ts';
import { looksOnceMore, type Waits, type World } from './held-up.ts';

/** Waiting for what was deployed, by a process that is held up meanwhile. */
const { signal } = new AbortController();

const ready =
  (part: Part, last: string): Waits =>
  async ({ clock, isWell }) => {
    const object = (kind: string, name: string, well: boolean): KubernetesObject => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, generation: 1 },
      spec: { replicas: 1 },
      status: {
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: well ? 1 : 0,
        conditions: [{ type: 'Ready', status: well ? 'True' : 'False', reason: 'Registration', message: 'no answer' }],
      },
    });
    const look = async (asked: ReadLook) => ({
      ok: true,
      value:
        asked.at === 'list'
          ? []
          : object(asked.kind.kind, asked.name, asked.kind.kind === last && asked.at === 'get' ? isWell() : true),
    });
    const { outcome } = await waitReady(
      { diagnose: async () => ({ outcome: 'waiting', rootCauses: [], because: '' }) } as unknown as DeployPorts,
      { reader: { look }, clock } as unknown as Cluster,
      { part, environments: ['staging'], context: 'bed', timeoutMs: 600_000 },
      () => {},
      signal,
    );
    return outcome === 'ready';
  };

const coverage = { looked: 1, of: 1, notLooked: [] };
const onePoint = ({ isWell }: World) => [pointResult({ id: 'health', state: isWell() ? 'passed' : 'waiting' })];

const settled: Waits = async (world) => {
  const { points } = await verifySettled(
    { verify: async () => ({ points: onePoint(world), coverage }) },
    world,
    { context: 'bed', environment: 'staging', subject: { namespace: 'orion-staging' }, timeoutMs: 600_000 },
    () => {},
    signal,
  );
  return points.every(({ state }) => state === 'passed');
};

const verified: Waits = async (world) => {
  const look = async () => {
    const points = onePoint(world);
    const outcome = points[0]?.state === 'passed' ? ('healthy' as const) : ('waiting' as const);
    return { outcome, points, coverage, unknownKinds: [], alerts: null, host: null, diagnoses: {} };
  };
  const { ended } = await waitVerified(look, { clock: world.clock, timeoutMs: 600_000, tell: () => {} }, signal);
  return ended === 'healthy';
};

looksOnceMore([
  ['an environment gets ready', ready('staging', 'Deployment')],
  ['an issuer that fails gets ready', ready('issuers', 'ClusterIssuer')],
  ['the gate settles', settled],
  ['verify --wait', verified],
]);

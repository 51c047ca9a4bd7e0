import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import type { ChangeLog } from '../../src/engine/mend.ts';
import { refusedBack, type TakeBackAt, takeBack } from '../../src/engine/take-back.ts';
import type { WayBack } from '../../src/engine/undo.ts';

/** Between looking at an object and changing it, others write it: a controller its status, a person what we would put back. */
const signal = new AbortController().signal;

const refTo = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name });

const back = (n: number, name: string): WayBack => ({
  way: 'open',
  n,
  change: {
    do: 'patch',
    ref: refTo(name),
    uid: 'u-1',
    resourceVersion: '5',
    edits: [{ pointer: '/spec/replicas', from: 3, to: 2 }],
  },
});

/** Deployments at a server that tests the version of a patch, as the real one does. `between` is what others do before each arrives. */
function clusterOf(between: (write: (name: string, replicas?: number) => void, change: Change) => void) {
  const version = new Map([
    ['web', 5],
    ['api', 5],
  ]);
  const replicas = new Map([
    ['web', 3],
    ['api', 3],
  ]);
  const objectOf = (name: string): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', uid: 'u-1', resourceVersion: String(version.get(name)) },
    spec: { replicas: replicas.get(name) },
  });
  const write = (name: string, count = replicas.get(name) ?? 0) => {
    version.set(name, (version.get(name) ?? 0) + 1);
    replicas.set(name, count);
  };
  const send = async (change: Change, { dryRun }: { readonly dryRun: boolean }): Promise<Sent> => {
    if (change.do !== 'patch') throw new Error(`a ${change.do} is not expected`);
    const { name } = change.ref;
    between(write, change);
    if (change.resourceVersion !== String(version.get(name)))
      return { ok: false, why: 'changed-since', detail: 'it was changed in between' };
    if (!dryRun) write(name, change.edits[0]?.to as number);
    return { ok: true, object: objectOf(name) };
  };
  const look = async ({ name }: { readonly name: string }) => ({ ok: true, value: objectOf(name) });
  return { at: { reader: { look }, writer: { send } } as unknown as TakeBackAt, replicas };
}

/** A controller that writes the status each of the first `times` times. */
function statusWritten(times: number) {
  let left = times;
  return (write: (name: string) => void, change: Change) => {
    if (left > 0 && change.do === 'patch') write(change.ref.name);
    left -= 1;
  };
}

function noted() {
  const lines: string[] = [];
  const log = {
    intend: async (place: number, change: Change) => {
      lines.push(`${place} intend ${'resourceVersion' in change ? change.resourceVersion : ''}`);
    },
    sent: async (place: number, { ok }: Sent) => {
      lines.push(`${place} ${ok ? 'done' : 'refused'}`);
    },
  } as unknown as ChangeLog;
  return { log, lines };
}

describe('taking back what a controller keeps writing to', () => {
  test('a status written in between refuses neither the dry run nor the step, and each attempt is in the journal', async () => {
    const tried = clusterOf(statusWritten(1));
    expect(await refusedBack([back(1, 'web')], tried.at, signal)).toEqual([]);

    const { at, replicas } = clusterOf(statusWritten(2));
    const { log, lines } = noted();
    const undone: number[] = [];
    const done = await takeBack([back(2, 'web'), back(1, 'api')], at, log, async (n) => void undone.push(n), signal);
    expect(done.map(({ n, ok }) => [n, ok])).toEqual([
      [2, true],
      [1, true],
    ]);
    expect([...replicas]).toEqual([
      ['web', 2],
      ['api', 2],
    ]);
    expect(undone).toEqual([2, 1]);
    expect(lines).toEqual([
      '0 intend 5',
      '0 refused',
      '1 intend 6',
      '1 refused',
      '2 intend 7',
      '2 done',
      '3 intend 5',
      '3 done',
    ]);
  });

  test('what we would put back was changed by somebody in between: left as it is', async () => {
    const byHand = (write: (name: string, replicas: number) => void) => write('web', 7);
    const tried = clusterOf(byHand);
    expect(await refusedBack([back(1, 'web')], tried.at, signal)).toEqual([
      'Deployment/web: it was changed in between',
    ]);

    const { at, replicas } = clusterOf(byHand);
    const done = await takeBack([back(2, 'web'), back(1, 'api')], at, noted().log, async () => undefined, signal);
    expect(done).toEqual([{ n: 2, ok: false, detail: 'it was changed in between' }]);
    expect(replicas.get('web')).toBe(7);
  });

  test('who writes again and again is not waited for', async () => {
    const { at, replicas } = clusterOf(statusWritten(99));
    const { log, lines } = noted();
    const done = await takeBack([back(1, 'web')], at, log, async () => undefined, signal);
    expect(done.map(({ ok }) => ok)).toEqual([false]);
    expect(lines).toHaveLength(6);
    expect(replicas.get('web')).toBe(3);
  });
});

import { describe, expect, test } from 'vitest';
import { certPending } from '../../runbooks/cert-pending/index.ts';
import type { Change } from '../../src/core/change.ts';
import type { Diagnosis, Runbook } from '../../src/core/diagnosis.ts';
import { seen } from '../../src/core/fetched.ts';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import type { Looker } from '../../src/core/look.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import { scenarioLooker } from '../../src/core/scenario-look.ts';
import { choose, mend } from '../../src/engine/mend.ts';
import { diagnosisOf, scenarios } from '../runbooks/scenario-files.ts';

/** A trial makes something, watches that instead of the target, and takes it away again whatever came of it. */
const story = scenarios.find(({ name }) => name === 'issuance-backoff-production');
if (!story) throw new Error('the story of the canary is gone');

async function tried(options: {
  /** What the canary looks like once it is there; undefined: never anything. */
  readonly becomes?: 'ready' | undefined;
  readonly refuses?: string;
  readonly aborts?: boolean;
}) {
  const diary: string[] = [];
  const now = new Date(story?.now ?? '');
  const stopping = new AbortController();
  let clock = now;
  const base = scenarioLooker(story as NonNullable<typeof story>);
  const there = new Map<string, Extract<Change, { do: 'create' }>['object']>();
  const look: Looker = async (item, signal) => {
    const answer = await base(item, signal);
    if (item.at !== 'list' || item.kind !== kinds.Certificate || !answer.ok) return answer;
    const canary = there.get('Certificate');
    const status = {
      notAfter: '2027-02-01T00:00:00Z',
      conditions: [{ type: 'Ready', status: options.becomes === 'ready' ? 'True' : 'False', observedGeneration: 1 }],
    };
    return seen([
      ...(answer.value as readonly unknown[]),
      ...(canary ? [{ ...canary, status }] : []),
    ]) as unknown as typeof answer;
  };
  const diagnosis = await diagnosisOf(story as NonNullable<typeof story>);
  const result = mend(
    {
      runbook: certPending as Runbook,
      target: ref(kinds.Certificate, 'auth-tls-cert', 'orion-prod'),
      look,
      writer: {
        send: async (change, { dryRun }): Promise<Sent> => {
          if (dryRun) return { ok: true, object: undefined };
          const kind = 'object' in change ? change.object.kind : change.ref.kind;
          if (options.refuses === kind) return { ok: false, why: 'denied', detail: 'no' };
          diary.push(`${change.do} ${kind}${'uid' in change ? ` ${change.uid}` : ''}`);
          if (change.do === 'create') {
            const object = {
              ...change.object,
              metadata: {
                ...change.object.metadata,
                uid: `uid-${kind}`,
                generation: 1,
                creationTimestamp: now.toISOString(),
              },
            };
            there.set(kind, object);
            return { ok: true, object };
          }
          there.delete(kind);
          return { ok: true, object: undefined };
        },
      },
      clock: {
        now: () => clock,
        sleep: async (ms, signal) => {
          if (options.aborts) stopping.abort();
          signal.throwIfAborted();
          clock = new Date(clock.getTime() + ms * 30);
        },
      },
      consent: async () => true,
      open: async (_: Remedy) => ({
        id: 'abcdef',
        intend: async (place, change, relaxUntil) => {
          diary.push(`intend ${place} ${change.do}${relaxUntil ? ' for a while' : ''}`);
        },
        sent: async (place) => {
          diary.push(`sent ${place}`);
        },
        undone: async (place) => {
          diary.push(`undone ${place}`);
        },
        verified: async (ok) => {
          diary.push(`verified ${ok}`);
        },
      }),
      only: 'prove-with-test-ca',
      dryRunOnly: false,
      emit: () => {},
    },
    diagnosis,
    stopping.signal,
  );
  const ended = await result.catch((error: Error) => error);
  return { diary, ended, left: [...there.keys()] };
}

describe('a throw-away certificate', () => {
  test('is made, seen to be well, and deleted again by its own uid', async () => {
    const { diary, ended, left } = await tried({ becomes: 'ready' });
    expect(diary).toEqual([
      'intend 0 create for a while',
      'create Secret',
      'sent 0',
      'intend 1 create for a while',
      'create Certificate',
      'sent 1',
      'delete Certificate uid-Certificate',
      'undone 1',
      'delete Secret uid-Secret',
      'undone 0',
      'verified true',
    ]);
    expect(left).toEqual([]);
    expect(ended).toMatchObject({ remediation: { applied: true, verified: true, undoId: null } });
    // The target itself is as it was: nothing was mended.
    expect(ended).toMatchObject({ diagnosis: { outcome: 'waiting' } });
  });

  test('is deleted when it does not get well', async () => {
    const { diary, ended, left } = await tried({});
    expect(left).toEqual([]);
    expect(diary.at(-1)).toBe('verified false');
    expect(ended).toMatchObject({ remediation: { applied: true, verified: false } });
  });

  test('leaves nothing when only half of it could be made', async () => {
    const { diary, left } = await tried({ refuses: 'Certificate' });
    expect(left).toEqual([]);
    expect(diary.filter((line) => line.startsWith('undone'))).toEqual(['undone 0']);
  });

  test('is deleted when the operator interrupts', async () => {
    const { ended, left } = await tried({ aborts: true });
    expect(left).toEqual([]);
    expect(ended).toBeInstanceOf(Error);
  });

  test('is never made by --fix alone, even where nothing else may be done: it mends nothing', async () => {
    const diagnosis = await diagnosisOf(story as NonNullable<typeof story>);
    const asRoot: Diagnosis = {
      ...diagnosis,
      findings: diagnosis.findings.map((finding) => ({
        ...finding,
        root: true,
        remedies: finding.remedies.filter(({ trial }) => trial !== undefined),
      })),
    };
    expect(choose(asRoot, 'prove-with-test-ca')).toBeDefined();
    expect(choose(asRoot, undefined)).toBeUndefined();
  });
});

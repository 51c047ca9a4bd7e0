import type { Change } from '../../src/core/change.ts';
import type { Runbook } from '../../src/core/diagnosis.ts';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject, ObjectRef } from '../../src/core/kubernetes/object.ts';
import type { Looker } from '../../src/core/look.ts';
import type { HeldAlert } from '../../src/core/look-answers.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import { diagnose } from '../../src/engine/diagnose.ts';
import { type ChangeLog, mend } from '../../src/engine/mend.ts';
import { testAlert } from '../../src/engine/test-alert.ts';
import { looksOnceMore, type Waits } from './held-up.ts';

/** Seeing what a change came to, by a process that is held up meanwhile. */
const { signal } = new AbortController();
const done = { ok: true, object: undefined } as const satisfies Sent;
const log: ChangeLog = {
  id: 'abcdef',
  intend: async () => {},
  sent: async () => {},
  undone: async () => {},
  verified: async () => {},
};

const target = ref(kinds.Certificate, 'auth-tls-cert', 'orion-staging');
const canary: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'canary', namespace: 'n' } };

/** A change by which the cause is gone, and after which it takes its time. */
const mended =
  (trial?: ObjectRef): Waits =>
  async ({ clock, isWell }) => {
    let isMade = false;
    const remedy: Remedy = {
      id: 'make-it',
      title: '',
      risk: 'low',
      automatic: 'yes',
      commands: [],
      changes: [{ do: 'create', object: canary }],
      undo: '',
      reversible: true,
      blockedBy: null,
      healsWithin: 300,
      ...(trial === undefined ? {} : { trial }),
    };
    type View = 'broken' | 'waiting' | 'well';
    const runbook: Runbook<View> = {
      name: 'cert-pending',
      title: '',
      symptom: '',
      target,
      rounds: [() => [{ at: 'list', kind: kinds.Pod }]],
      mayAsk: () => [],
      mayChange: () => [],
      view: () => (isMade ? (isWell() ? 'well' : 'waiting') : 'broken'),
      causes: [
        {
          code: 'not-made',
          title: '',
          severity: 'error',
          owner: 'operator',
          explains: [],
          look: (view) =>
            view === 'broken'
              ? {
                  verdict: 'found',
                  object: target,
                  because: 'it is not there',
                  evidence: [],
                  confidence: 'confirmed',
                  remedies: [remedy],
                }
              : { verdict: 'clear' },
        },
      ],
      lookAlikes: [],
      state: (view) =>
        view === 'well'
          ? { is: 'healthy' }
          : { is: 'waiting', waiting: { for: 'it', since: null, normallyUpTo: null, nextTryAt: null } },
      concerns: () => [],
      impact: () => '',
    };
    const send = async (change: Change, { dryRun }: { readonly dryRun: boolean }): Promise<Sent> => {
      if (!dryRun) isMade = change.do === 'create';
      return done;
    };
    const look = (async () => ({ ok: true, value: [] })) as unknown as Looker;
    const { remediation } = await mend(
      {
        runbook: runbook as Runbook,
        target,
        look,
        writer: { send },
        clock,
        consent: async () => true,
        open: async () => log,
        only: 'make-it',
        dryRunOnly: false,
        emit: () => {},
      },
      await diagnose(runbook as Runbook, target, look, clock.now(), signal),
      signal,
    );
    return remediation?.verified === true;
  };

/** What is waited for: that it is held there, or that it is held no more. */
const alerted =
  (what: 'arrives' | 'ends'): Waits =>
  async ({ clock, isWell }) => {
    const active: HeldAlert = { state: 'active', receivers: ['somebody'] };
    let posts = 0;
    const isThere = () => {
      const isEnding = posts > 1;
      if (what === 'arrives') return !isEnding && isWell();
      return !isEnding || !isWell();
    };
    const tested = await testAlert(
      {
        plan: {
          alertmanager: { namespace: 'monitoring', service: 'alertmanager', scheme: 'http', port: '9093', prefix: '' },
          labels: { namespace: 'orion-staging' },
          delivery: undefined,
          hushed: [],
          hushing: [],
          holdMs: 0,
        },
        look: (async () => ({ ok: true, value: isThere() ? [active] : [] })) as unknown as Looker,
        writer: {
          send: async () => {
            posts += 1;
            return done;
          },
        },
        clock,
        log,
        tell: () => {},
      },
      signal,
    );
    return what === 'arrives' ? tested.state === 'active' : tested.ended;
  };

looksOnceMore([
  ['a mended cause heals', mended()],
  ['a trial goes well', mended(ref(kinds.Certificate, 'canary', 'orion-staging'))],
  ['a test alert arrives', alerted('arrives')],
  ['a test alert ends', alerted('ends')],
]);

import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { portForward } from './mend.ts';
import { ownPage, pageIfSeen, sawPage } from './pages.ts';
import { samplesOf } from './samples.ts';
import { calledAt, capital, sawTarget, seenTargets, whichOf } from './seen-targets.ts';

export const appMetricsDisabled: Cause<PromView> = {
  code: 'app-metrics-disabled',
  title: 'The metrics page is empty',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const { monitor, namespace } = view;
    const up = seenTargets(view).filter(({ failure }) => failure === undefined);
    if (!monitor || up.length === 0) return clear();
    const scraped = samplesOf(view);
    const empty = up.filter((target) => scraped(target)?.scraped === 0);
    const [first] = empty;
    if (!first) return clear('what is scraped has samples');
    const own = ownPage(first);
    const page = own && pageIfSeen(view, own);
    if (page?.outcome === 'answered' && page.samples > 0) return clear('the page has samples by now');
    const hits = { failed: empty, of: up, all: empty.length === up.length };
    return found({
      object: refTo(first.pod ?? monitor),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} are scraped well, and there is nothing on their page ${calledAt(first)?.path ?? ''}: the application collects no metrics.`,
      confidence: 'confirmed',
      evidence: [
        { ...sawTarget(first), path: 'scrape_samples_scraped', saw: '0', wanted: 'more than 0' },
        ...(own && page ? [sawPage(own, page)] : []),
        ...settingsOf(first.pod),
      ],
      remedies: [
        byHand({
          id: 'switch-metrics-on',
          title: 'Let the application collect its metrics',
          commands: [
            portForward(view, first),
            `curl -si http://localhost:8080${calledAt(first)?.path ?? '/metrics'}`,
            `kubectl -n ${namespace} get pod ${first.pod?.metadata.name ?? 'POD'} -o jsonpath='{.spec.containers[*].env[*].name}'`,
          ],
        }),
      ],
    });
  },
};

/** Names only: values never get here. */
function settingsOf(pod: KubernetesObject | undefined): readonly Evidence[] {
  const names = listAt(pod, 'spec.containers')
    .flatMap((container) => listAt(container, 'env'))
    .map((entry) => textAt(entry, 'name') ?? '')
    .filter((name) => /metric|prometheus|monitor/i.test(name));
  return pod && names.length > 0
    ? [{ from: `Pod/${pod.metadata.name}`, path: 'spec.containers[*].env[*].name', saw: names.slice(0, 5).join(', ') }]
    : [];
}

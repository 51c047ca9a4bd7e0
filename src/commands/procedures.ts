import { certPending } from '../../runbooks/cert-pending/index.ts';
import { pdbBlocking } from '../../runbooks/pdb-blocking/index.ts';
import { prometheusNotScraping } from '../../runbooks/prometheus-not-scraping/index.ts';
import { promViewOf } from '../../runbooks/prometheus-not-scraping/view.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import { certificateProcedure } from '../core/procedures/certificate.ts';
import { evictionProcedure } from '../core/procedures/evictions.ts';
import { ingressProcedure } from '../core/procedures/ingress.ts';
import { metricsProcedure } from '../core/procedures/metrics.ts';
import { ingressName, type Procedure, type Site } from '../core/procedures/procedure.ts';
import type { ProcedureName } from '../core/report/test-report.ts';
import type { Running } from '../engine/procedure.ts';

export type Paired = Pick<Running, 'runbook' | 'procedure' | 'target'>;

export function procedureFor(name: ProcedureName, site: Site, givenPrometheus: boolean): Paired {
  switch (name) {
    case 'certificate':
      return paired(certPending, certificateProcedure(site), site);
    case 'ingress':
      // What stands before the service is seen from outside; no runbook has to say anything to it.
      return {
        runbook: undefined,
        procedure: ingressProcedure(site),
        target: ref(kinds.Ingress, ingressName, site.namespace),
      };
    case 'pdb':
      return paired(pdbBlocking, evictionProcedure(site), site);
    case 'metrics':
      return paired(
        prometheusNotScraping,
        metricsProcedure(site, (sight) => promViewOf(sight).meant(), givenPrometheus),
        site,
      );
  }
}

function paired<View>(runbook: Runbook<View>, procedure: Procedure, { namespace }: Site): Paired {
  const target = ref(kinds[runbook.target.kind as KindName], runbook.target.name, namespace);
  return { runbook: runbook as Runbook, procedure, target };
}

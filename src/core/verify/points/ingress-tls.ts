import { listAt, textAt, textsAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { attempt } from '../../sight.ts';
import type { Point } from '../point.ts';

export const ingressTls: Point = {
  id: 'ingress-tls',
  title: 'The Ingress has TLS',
  expects: () => "an Ingress for the host with a tls entry of the host and the Certificate's Secret",
  runbook: 'cert-pending',
  detectors: [],
  judge(sight) {
    const { namespace } = sight;
    const all = sight.sight.list(kinds.Ingress, namespace);
    const fallback = ref(kinds.Ingress, 'auth-ingress', namespace);
    if (all.length === 0) return { state: 'failed', saw: `there is no Ingress in ${namespace}`, object: fallback };
    const host = sight.host();
    if (host === undefined)
      return {
        state: 'failed',
        saw: 'neither a Certificate nor an Ingress names a host',
        object: fallback,
        field: 'spec.rules',
      };
    const ruled = all.filter((one) => listAt(one, 'spec.rules').some((rule) => textAt(rule, 'host') === host));
    const [first] = ruled;
    if (!first)
      return {
        state: 'failed',
        saw: `no Ingress has a rule for ${host}`,
        object: all[0] ? refTo(all[0]) : fallback,
        field: 'spec.rules',
      };
    const secret = textAt(attempt(sight.certificate), 'spec.secretName');
    const entries = ruled.flatMap((ingress) =>
      listAt(ingress, 'spec.tls').map((entry, place) => ({ ingress, entry, field: `spec.tls.${place}` })),
    );
    const own = entries.filter(({ entry }) => textsAt(entry, 'hosts').includes(host));
    const [entry] = own;
    if (!entry)
      return {
        state: 'failed',
        lasting: true,
        saw: `no tls entry of ${first.metadata.name} names ${host}`,
        object: refTo(first),
        field: 'spec.tls',
      };
    const named = textAt(entry.entry, 'secretName');
    const object = refTo(entry.ingress);
    if (!named || (secret !== undefined && named !== secret)) {
      const wanted = secret === undefined ? '' : `, the Certificate writes ${secret}`;
      return {
        state: 'failed',
        lasting: true,
        saw: `its tls entry for ${host} names ${named ? `Secret ${named}` : 'no Secret'}${wanted}`,
        object,
        field: `${entry.field}.secretName`,
      };
    }
    return { state: 'passed', saw: `${host} with Secret ${named}`, object, field: entry.field };
  },
};

import { condition, textAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { environmentNames, issuerNames } from '../../setup/settings.ts';
import { attempt } from '../../sight.ts';
import type { Judgement, Point, PointSight } from '../point.ts';
import { servedList } from '../point-sight.ts';
import { issuerCauses } from './issuing.ts';

const ours = environmentNames.map((name) => issuerNames[name]);

/** Both of ours; where the Certificate names another one (an environment that was set up otherwise), that one. */
export const issuers: Point = {
  id: 'issuers',
  title: 'The issuers are Ready',
  expects: ({ environment }) =>
    environment
      ? `ClusterIssuers ${ours.join(' and ')} Ready`
      : `ClusterIssuers ${ours.join(' and ')}, or the one that the Certificate names, Ready`,
  runbook: 'cert-pending',
  detectors: issuerCauses,
  judge(sight) {
    const judged = wantedOf(sight).map((one) => readiness(one, sight));
    const bad = judged.find(({ state }) => state === 'failed') ?? judged.find(({ state }) => state === 'waiting');
    if (bad) return bad;
    return {
      state: 'passed',
      saw: `${judged.map(({ object }) => object?.name).join(' and ')} Ready`,
      ...(judged[0]?.object ? { object: judged[0].object } : {}),
      field: 'status.conditions[Ready]',
    };
  },
};

type Wanted = { readonly kind: 'ClusterIssuer' | 'Issuer'; readonly name: string };

function wantedOf(sight: PointSight): readonly Wanted[] {
  const certificate = attempt(sight.certificate);
  const name = textAt(certificate, 'spec.issuerRef.name');
  if (sight.subject.environment || name === undefined || ours.includes(name))
    return ours.map((one) => ({ kind: 'ClusterIssuer', name: one }));
  return [{ kind: textAt(certificate, 'spec.issuerRef.kind') === 'ClusterIssuer' ? 'ClusterIssuer' : 'Issuer', name }];
}

function readiness({ kind, name }: Wanted, { sight, namespace }: PointSight): Judgement {
  const object = ref(kinds[kind], name, kind === 'Issuer' ? namespace : undefined);
  const listed = servedList(sight, kinds[kind], kind === 'Issuer' ? namespace : undefined);
  const issuer = listed.find(({ metadata }) => metadata.name === name);
  if (!issuer) return { state: 'failed', saw: `there is no ${kind} ${name}`, object };
  const ready = condition(issuer, 'Ready');
  const field = 'status.conditions[Ready]';
  const at = { object: refTo(issuer), field };
  if (ready?.status === 'True') return { state: 'passed', saw: `${name} Ready`, ...at };
  if (!ready) return { state: 'waiting', saw: `${name} was not looked at by cert-manager yet`, ...at };
  return { state: 'failed', saw: `${name} is not Ready: ${ready.message || ready.reason}`, ...at };
}

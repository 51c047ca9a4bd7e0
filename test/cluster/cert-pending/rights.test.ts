import { beforeAll, describe, expect, test } from 'vitest';
import { groupOf, type Kind, kinds } from '../../../src/core/kubernetes/kinds.ts';
import { currentBed, type Right } from '../bed/bed.ts';
import { diagnosed } from '../orion.ts';
import { ask, issued, namesExactly, newSite, type Site } from './site.ts';

/** Operators with less than all rights, on the real API server: what could not be looked at is said, and never blamed on something else. */
const bed = currentBed();

type Read = {
  readonly kind: Kind;
  readonly verb: 'get' | 'list';
  readonly where: 'here' | 'ingress-nginx' | 'everywhere';
};

const reads: readonly Read[] = [
  { kind: kinds.Certificate, verb: 'list', where: 'here' },
  { kind: kinds.CertificateRequest, verb: 'list', where: 'here' },
  { kind: kinds.Order, verb: 'list', where: 'here' },
  { kind: kinds.Challenge, verb: 'list', where: 'here' },
  { kind: kinds.Issuer, verb: 'list', where: 'here' },
  { kind: kinds.Ingress, verb: 'list', where: 'here' },
  { kind: kinds.NetworkPolicy, verb: 'list', where: 'here' },
  { kind: kinds.Pod, verb: 'list', where: 'here' },
  { kind: kinds.Secret, verb: 'get', where: 'here' },
  { kind: kinds.Service, verb: 'list', where: 'ingress-nginx' },
  { kind: kinds.ClusterIssuer, verb: 'list', where: 'everywhere' },
  { kind: kinds.IngressClass, verb: 'list', where: 'everywhere' },
  { kind: kinds.Namespace, verb: 'get', where: 'everywhere' },
];

const rightFor = ({ kind, verb, where }: Read, site: Site): Right => ({
  apiGroups: [groupOf(kind)],
  resources: [kind.plural],
  verbs: [verb],
  ...(where === 'everywhere' ? {} : { namespace: where === 'here' ? site.namespace : where }),
});

const without = (missing: Read | undefined, site: Site): Promise<string> =>
  bed.userWith(reads.filter((read) => read !== missing).map((read) => rightFor(read, site)));

describe('a certificate held up by a NetworkPolicy', () => {
  let site: Site;

  beforeAll(async () => {
    await bed.ingress.enforcePolicies(true);
    site = await newSite('narrow');
    await bed.kubectl('apply -f -', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'baseline-deny', namespace: site.namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    await ask(site);
    await namesExactly(site, ['networkpolicy-blocks-solver']);
  });

  test('is named with exactly the rights that the runbook asks for', async () => {
    const { report, code } = await diagnosed(site.namespace, { kubeconfig: await without(undefined, site) });
    expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual(['networkpolicy-blocks-solver']);
    expect(code).toBe(3);
  });

  test.each(reads)(
    'without $verb $kind.plural ($where): the missing right is named, no other cause is',
    async (missing) => {
      const { report, code } = await diagnosed(site.namespace, { kubeconfig: await without(missing, site) });
      const said = JSON.stringify(report, null, 2);
      const needs = report.coverage.notLooked.map((look) => look.needs).join('\n');
      expect(needs, said).toContain(`${missing.verb} ${missing.kind.plural}`);
      expect(
        report.rootCauses.filter((root) => root !== 'networkpolicy-blocks-solver'),
        said,
      ).toEqual([]);
      expect(code, said).toBe(report.rootCauses.length > 0 ? 3 : 5);
    },
  );

  test.each(reads.filter(({ kind }) => ['Certificate', 'Challenge', 'NetworkPolicy'].includes(kind.kind)))(
    'without $verb $kind.plural: incomplete, exit 5',
    async (missing) => {
      const { report, code } = await diagnosed(site.namespace, { kubeconfig: await without(missing, site) });
      expect(report.outcome).toBe('incomplete');
      expect(code).toBe(5);
    },
  );
});

test('a healthy certificate is not called healthy by somebody who may see nothing', async () => {
  await bed.ingress.reset();
  const site = await newSite('blind');
  await ask(site);
  await issued(site);
  const { report, code } = await diagnosed(site.namespace, {
    kubeconfig: await bed.userWith([
      { namespace: site.namespace, apiGroups: [''], resources: ['events'], verbs: ['list'] },
    ]),
  });
  expect(report).toMatchObject({ outcome: 'incomplete', rootCauses: [], unrecognised: null });
  expect(code).toBe(5);
});

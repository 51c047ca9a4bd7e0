import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { codesOf, diagnosisOf, scenarios, told } from '../scenario-files.ts';

/** The same cluster behind address translation: it knows its ingress by a private address, DNS by a public one. */
function behindTranslation(name: string): Scenario {
  const seen = scenarios.find((item) => item.name === name) as Scenario;
  const translated = (object: KubernetesObject): KubernetesObject =>
    ['Service', 'Ingress'].includes(object.kind)
      ? (JSON.parse(JSON.stringify(object).replaceAll('"203.0.113.9"', '"10.20.0.5"')) as KubernetesObject)
      : object;
  return { ...seen, objects: seen.objects.map(translated) };
}

test.each<readonly [string, string, readonly string[], string]>([
  ['solver-pod-starting', 'waiting', [], 'nginx answers 503 as long as the solver pod starts'],
  ['thirty-seconds-old', 'waiting', [], 'nginx answers 404 until it has learnt of the Ingress'],
  ['thirty-seconds-old-service-answers', 'waiting', [], 'the service itself answers until then'],
  ['networkpolicy-blocks-solver', 'problem', ['networkpolicy-blocks-solver'], 'a policy cuts the solver off'],
  ['solver-ingress-class-mismatch-field', 'problem', ['solver-ingress-class-mismatch'], 'nobody serves the Ingress'],
  ['solver-pod-not-ready', 'problem', ['solver-pod-not-ready'], 'the solver never gets ready'],
  ['solver-pod-quota', 'problem', ['solver-pod-quota'], 'there is no solver, so the service answers'],
  ['dns-wrong-target', 'problem', ['dns-wrong-target'], 'for 41 minutes another server answers'],
])('%s behind address translation is %s %j: %s', async (name, outcome, roots, _) => {
  const diagnosis = await diagnosisOf(behindTranslation(name));
  expect(diagnosis.rootCauses, told(diagnosis)).toEqual(roots);
  expect(diagnosis.outcome).toBe(outcome);
  expect(codesOf(diagnosis).includes('dns-wrong-target')).toBe(name === 'dns-wrong-target');
});

test.each<readonly [string, string, string, readonly string[], string]>([
  ['nginx', '<center>nginx</center>', 'waiting', [], 'what passes everything on to this cluster may stand there'],
  [
    'Apache',
    '<h1>Not Found</h1>',
    'problem',
    ['dns-wrong-target'],
    'this cluster has an address of its own, and no such server',
  ],
])(
  'at an address of nobody known a 404 of %s half a minute after the start: %s, %s %j',
  async (server, body, outcome, roots, _) => {
    const young = scenarios.find(({ name }) => name === 'thirty-seconds-old') as Scenario;
    const stray = '198.51.100.20';
    const diagnosis = await diagnosisOf({
      ...young,
      world: {
        ...young.world,
        dns: { 'auth-staging.example.org': { rcode: 'NOERROR', a: [stray], aaaa: [], caa: [] } },
        ports: { ...young.world.ports, [`${stray}:80`]: { status: 404, server, body, location: '' } },
      },
    });
    expect(diagnosis.rootCauses, told(diagnosis)).toEqual(roots);
    expect(diagnosis.outcome).toBe(outcome);
  },
);

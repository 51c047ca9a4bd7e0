import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from '../scenario-files.ts';

/** What is advised must fit the versions that run, and be safe to paste. */

function named(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no scenario ${name}`);
  return structuredClone(found);
}

async function remedyOf(scenario: Scenario, id: string): Promise<Remedy> {
  const { findings } = await diagnosisOf(scenario);
  const remedy = findings.flatMap(({ remedies }) => remedies).find((item) => item.id === id);
  if (!remedy) throw new Error(`${scenario.name} offers no ${id}`);
  return remedy;
}

const withImage = (scenario: Scenario, name: string, image: string): Scenario => ({
  ...scenario,
  objects: scenario.objects.map((object) =>
    object.kind === 'Deployment' && object.metadata.name === name
      ? ({
          ...object,
          spec: { ...(object['spec'] as object), template: { spec: { containers: [{ image }] } } },
        } as KubernetesObject)
      : object,
  ),
});

describe('to wait instead of looking is only for a cert-manager that can', () => {
  test.each([
    ['v1.20.3', 'cert-manager 1.20.3 cannot: 1.21 is needed'],
    ['v1.21.0', null],
    ['v1.22.0', null],
    // A digest tells no version: then nothing is held back, the title says what is needed.
    ['@sha256:0123', null],
  ])('%s', async (tag, blockedBy) => {
    const image = `quay.io/jetstack/cert-manager-controller${tag.startsWith('@') ? '' : ':'}${tag}`;
    const scenario = withImage(named('selfcheck-hairpin'), 'cert-manager', image);
    const remedy = await remedyOf(scenario, 'wait-instead-of-self-check');
    expect(remedy.blockedBy).toBe(blockedBy);
    expect(remedy.title).toContain('1.21 or newer');
  });
});

describe('the ways around a rejected path fit both versions', () => {
  test.each([
    ['v1.12.1', 'v1.18.2', []],
    ['v1.11.8', 'v1.18.2', ['relax-path-validation']],
    ['v1.13.2', 'v1.18.2', ['upgrade-ingress-nginx']],
    ['v1.13.1', 'v1.18.0', ['turn-exact-paths-off']],
  ])('ingress-nginx %s, cert-manager %s', async (nginx, certManager, blocked) => {
    const scenario = withImage(
      withImage(
        named('nginx-pathtype-exact-rejected'),
        'ingress-nginx-controller',
        `registry.k8s.io/ingress-nginx/controller:${nginx}`,
      ),
      'cert-manager',
      `quay.io/jetstack/cert-manager-controller:${certManager}`,
    );
    const { findings } = await diagnosisOf(scenario);
    const remedies = findings.flatMap((finding) => finding.remedies);
    expect(remedies.filter(({ blockedBy }) => blockedBy !== null).map(({ id }) => id)).toEqual(blocked);
  });
});

test('a quota is told what it must hold at least, and is never raised by the tool', async () => {
  const remedy = await remedyOf(named('solver-ingress-quota'), 'raise-the-quota');
  expect(remedy.commands[1]).toBe(
    `kubectl -n orion-staging patch resourcequota ing --type merge -p '{"spec":{"hard":{"count/ingresses.networking.k8s.io":"2"}}}'`,
  );
  expect(remedy).toMatchObject({ automatic: 'no', changes: [] });
});

test('what stands in a pod template cannot end the word of the shell that it is pasted into', async () => {
  const scenario = named('solver-pod-unschedulable');
  const hostile = { podTemplate: { metadata: { annotations: { note: "it's; rm -rf /" } } } };
  const objects = scenario.objects.map((object): KubernetesObject => {
    if (object.kind === 'Challenge')
      return {
        ...object,
        spec: {
          ...(object['spec'] as object),
          solver: { http01: { ingress: { ingressClassName: 'nginx', ...hostile } } },
        },
      };
    return object.metadata.name === 'letsencrypt-staging'
      ? { ...object, spec: { acme: { solvers: [{ http01: { ingress: { ingressClassName: 'nginx', ...hostile } } }] } } }
      : object;
  });
  const { commands } = await remedyOf({ ...scenario, objects }, 'give-the-solver-a-node');
  expect(commands[1]).toContain("it'\\''s; rm -rf /");
});

describe('an Ingress that a Challenge left behind is deleted only where it belongs to nothing', () => {
  test('its Challenge is gone', async () => {
    const remedy = await remedyOf(named('nginx-admission-conflict'), 'delete-orphan-ingress');
    expect(remedy).toMatchObject({ automatic: 'yes', blockedBy: null, reversible: false });
  });

  test('its Challenge is there', async () => {
    const scenario = named('nginx-admission-conflict');
    const [challenge] = scenario.objects.filter(({ kind }) => kind === 'Challenge');
    if (!challenge) throw new Error('no Challenge');
    const other: KubernetesObject = {
      ...challenge,
      metadata: { ...challenge.metadata, name: 'earlier', uid: '82df6d64-ae02-4ba6-8707-9b4ce0820000' },
    };
    const remedy = await remedyOf({ ...scenario, objects: [...scenario.objects, other] }, 'delete-orphan-ingress');
    expect(remedy.blockedBy).toContain('Challenge earlier still uses it');
  });

  test('it is of another namespace', async () => {
    const scenario = named('nginx-admission-conflict-elsewhere');
    const { findings } = await diagnosisOf(scenario);
    expect(findings.flatMap(({ remedies }) => remedies).map(({ automatic }) => automatic)).toEqual(['no']);
  });
});

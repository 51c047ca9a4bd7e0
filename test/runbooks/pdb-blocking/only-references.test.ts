import { describe, expect, test } from 'vitest';
import { failsOnMounts, failsOnVariables } from '../../../runbooks/pdb-blocking/rollout/only-references.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { codesOf, diagnosisOf, scenarios, told } from '../scenario-files.ts';

/** A Secret or ConfigMap is blamed by the pod's fields alone only where nothing else can give the same reason. */
const pod = (spec: object): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'auth-1', namespace: 'orion' }, spec }) as KubernetesObject;

const takes = { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] };
const nonRoot = { runAsNonRoot: true };

describe('CreateContainerConfigError of a container', () => {
  test.each<readonly [string, object, boolean]>([
    ['takes a key of a Secret', { containers: [{ name: 'app', ...takes }] }, true],
    ['takes all of a ConfigMap', { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'c' } }] }] }, true],
    ['takes nothing', { containers: [{ name: 'app', env: [{ name: 'A', value: 'b' }] }] }, false],
    [
      'takes what may be missing',
      { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 's', optional: true } }] }] },
      false,
    ],
    ['may be about root', { securityContext: nonRoot, containers: [{ name: 'app', ...takes }] }, false],
    [
      'is of a user who is not root',
      { securityContext: nonRoot, containers: [{ name: 'app', ...takes, securityContext: { runAsUser: 1001 } }] },
      true,
    ],
    [
      'is of root by its number',
      { securityContext: nonRoot, containers: [{ name: 'app', ...takes, securityContext: { runAsUser: 0 } }] },
      false,
    ],
    [
      'mounts a part of a volume',
      { containers: [{ name: 'app', ...takes, volumeMounts: [{ name: 'v', mountPath: '/a', subPath: 'b' }] }] },
      false,
    ],
    ['is another one', { containers: [{ name: 'other', ...takes }, { name: 'app' }] }, false],
    ['is an init container', { initContainers: [{ name: 'app', ...takes }], containers: [] }, true],
  ])('that %s', (_, spec, isOnly) => {
    expect(failsOnVariables(pod(spec), 'app')).toBe(isOnly);
  });
});

const secret = { name: 'keys', secret: { secretName: 's' } };

describe('a mount that fails, of a pod with', () => {
  test.each<readonly [string, readonly object[], boolean]>([
    ['a Secret', [secret, { name: 'tmp', emptyDir: {} }], true],
    ['a ConfigMap', [{ name: 'c', configMap: { name: 'c' } }], true],
    ['a Secret that may be missing', [{ name: 'keys', secret: { secretName: 's', optional: true } }], false],
    ['a claim besides', [secret, { name: 'data', persistentVolumeClaim: { claimName: 'd' } }], false],
    ['a CSI volume besides', [secret, { name: 'x', csi: { driver: 'd' } }], false],
    ['no volumes', [], false],
  ])('%s', (_, volumes, isOnly) => {
    expect(failsOnMounts(pod({ containers: [], volumes }))).toBe(isOnly);
  });
});

describe('a key that a volume wants and the Secret does not have', () => {
  const scenario = scenarios.find(({ name }) => name === 'rollout-config-missing-mounted-key');
  if (!scenario) throw new Error('the scenario is gone');

  test('in the words of a kubelet that may not read it blames no Secret', async () => {
    const text = JSON.stringify(scenario).replaceAll(
      /references non-existent secret key: [\w-]+/g,
      'failed to sync secret cache: timed out waiting for the condition',
    );
    expect(text).not.toBe(JSON.stringify(scenario));
    const diagnosis = await diagnosisOf(JSON.parse(text));
    expect(codesOf(diagnosis), told(diagnosis)).not.toContain('rollout-config-missing');
  });

  test('that was put there since, as the image is being pulled now, is no matter any more', async () => {
    const said = scenario.objects.find((object) => object['reason'] === 'FailedMount');
    const pulling = { ...said, reason: 'Pulling', message: 'Pulling image', lastTimestamp: scenario.now };
    const objects = [...scenario.objects, { ...pulling, metadata: { ...said?.metadata, name: 'pulling' } }];
    const diagnosis = await diagnosisOf({ ...scenario, objects: objects as typeof scenario.objects });
    expect(codesOf(diagnosis), told(diagnosis)).not.toContain('rollout-config-missing');
  });
});

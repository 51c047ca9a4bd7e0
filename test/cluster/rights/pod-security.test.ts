import { expect, test } from 'vitest';
import { at } from '../../../src/core/kubernetes/field.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { ask, newSite } from '../cert-pending/site.ts';

/** Namespaces that enforce Pod Security `restricted`, and warn by it, take every pod that comes of the templates. */
const bed = currentBed();
const warning = { 'pod-security.kubernetes.io/warn': 'restricted' };

/** Tried on the server; a warning is an error too. */
const tried = (namespace: string, metadata: object, spec: unknown) =>
  bed.kubectl(['--warnings-as-errors', 'create', '--dry-run=server', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'tried', namespace },
    spec,
  });

test('the pods of every workload in the base', async () => {
  const namespace = await bed.namespace('psa', warning);
  const templates = shippedBase.flatMap(
    (object) =>
      (at(object, 'spec.template') as { readonly metadata?: object; readonly spec: unknown } | undefined) ?? [],
  );
  expect(templates.length).toBeGreaterThan(0);
  for (const { metadata = {}, spec } of templates) await tried(namespace, metadata, spec);
  await expect(tried(namespace, {}, { containers: [{ name: 'x', image: 'x' }] })).rejects.toThrow(
    /violates PodSecurity/,
  );
});

test('the solver pod that cert-manager makes for the certificate', async () => {
  const namespace = await bed.namespace('psa-solver', warning);
  // No address: the challenge waits, and its solver with it.
  const site = await newSite('solver', { dns: null });
  await ask(site);
  const pod: Json = await until('the solver pod', async () => {
    const { items } = await bed.api.get(
      `/api/v1/namespaces/${site.namespace}/pods?labelSelector=acme.cert-manager.io%2Fhttp01-solver%3Dtrue`,
    );
    return items[0];
  });
  const { nodeName: _node, serviceAccountName: _account, serviceAccount: __, ...spec } = pod.spec;
  await tried(namespace, { labels: pod.metadata.labels }, spec);
});

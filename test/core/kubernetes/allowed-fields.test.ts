import { generateKeyPairSync } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cutToAllowed } from '../../../src/core/kubernetes/allowed-fields.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { makeAuthority } from '../../edges/probes/certificate-authority.ts';

const object = (kind: string, rest: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'n', ...metadata },
  ...rest,
});
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const keyBlock = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';

describe('a Secret', () => {
  const data = {
    'tls.crt': btoa(certificate + certificate),
    'ca.crt': btoa(certificate),
    'tls.key': btoa(keyBlock),
    password: btoa('x'),
  };

  test('keeps its certificates, its type, its metadata and the names of all keys', () => {
    const metadata = {
      uid: 'u',
      labels: { a: 'b' },
      ownerReferences: [],
      annotations: { 'cert-manager.io/certificate-name': 'c', other: 'x' },
    };
    expect(
      cutToAllowed(
        object('Secret', { type: 'kubernetes.io/tls', data, immutable: true, stringData: { a: 'b' } }, metadata),
      ),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'n', ...metadata, annotations: { 'cert-manager.io/certificate-name': 'c' } },
      type: 'kubernetes.io/tls',
      data: { 'ca.crt': data['ca.crt'], 'tls.crt': data['tls.crt'] },
      dataKeys: ['ca.crt', 'password', 'tls.crt', 'tls.key'],
    });
  });

  test('says of its key only whether it belongs to the certificate', async () => {
    const authority = await makeAuthority('Root');
    const [one, other] = ['a', 'b'].map((name) => authority.issue({ commonName: name, names: [name] }));
    const pair = (crt = '', key = '') =>
      cutToAllowed(object('Secret', { data: { 'tls.crt': btoa(crt), 'tls.key': btoa(key) } }));
    expect(pair(one?.cert, one?.key)['keyFits']).toBe(true);
    expect(cutToAllowed(pair(one?.cert, one?.key))['keyFits']).toBe(true);
    const fresh = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' });
    expect(pair(other?.cert, fresh.toString())['keyFits']).toBe(false);
    expect(pair(one?.cert, 'no key')['keyFits']).toBe(false);
    expect(pair(one?.cert)).not.toHaveProperty('keyFits');
    expect(JSON.stringify(pair(one?.cert, one?.key))).not.toContain('PRIVATE');
  });

  test('loses a key that was pasted into tls.crt, and anything that is no PEM', () => {
    const cut = (crt: string) =>
      (cutToAllowed(object('Secret', { data: { 'tls.crt': crt } }))['data'] as Record<string, string>)['tls.crt'];
    expect(cut(btoa(`${keyBlock}${certificate}`))).toBe(btoa(certificate));
    expect(cut(btoa('hello'))).toBe('');
    expect(cut('no base64 §')).toBe('');
  });

  property.prop([fc.dictionary(fc.string(), fc.string({ minLength: 8 })), fc.dictionary(fc.string(), fc.jsonValue())])(
    'whatever else is in it, no value comes through',
    (values, rest) => {
      const encoded = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(`${value}planted`).toString('base64')]),
      );
      const cut = cutToAllowed({ ...rest, ...object('Secret', { data: encoded }) });
      expect(Object.keys(cut).toSorted()).toEqual(
        expect.arrayContaining(['apiVersion', 'data', 'dataKeys', 'kind', 'metadata']),
      );
      expect(cut['data']).toEqual({});
      expect(cut['dataKeys']).toEqual(Object.keys(values).toSorted());
    },
  );
});

describe('a ConfigMap', () => {
  const full = (name: string, labels: object = {}) =>
    object('ConfigMap', { data: { b: '1' }, binaryData: { a: 'AA==' } }, { name, labels });

  test('keeps the names of its keys', () => {
    const cut = cutToAllowed(full('settings'));
    expect(cut).toMatchObject({ dataKeys: ['a', 'b'] });
    expect(cut).not.toHaveProperty('data');
    expect(cut).not.toHaveProperty('binaryData');
  });

  test.each([
    ['orion-setup', {}],
    ['ingress-nginx-controller', {}],
    ['edge-ingress-nginx-controller', {}],
    ['nginx-configuration', { 'app.kubernetes.io/name': 'ingress-nginx' }],
    ['asked-for', {}],
  ])('keeps its values where it is %s', (name, labels) => {
    expect(cutToAllowed(full(name, labels), ['asked-for'])).toMatchObject({ data: { b: '1' }, dataKeys: ['a', 'b'] });
  });
});

const container = {
  name: 'c',
  image: 'i',
  command: ['a'],
  args: ['b'],
  env: [
    { name: 'A', value: 'v' },
    { name: 'B', valueFrom: { fieldRef: {} } },
  ],
  envFrom: [{ secretRef: { name: 's' } }],
};
const cutContainer = {
  name: 'c',
  image: 'i',
  env: [{ name: 'A' }, { name: 'B', valueFrom: { fieldRef: {} } }],
  envFrom: [{ secretRef: { name: 's' } }],
};

test.each(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])(
  'a %s keeps what its containers are called, not what they are told',
  (kind) => {
    const probe = { httpGet: { path: '/', httpHeaders: [{ name: 'H', value: 'v' }] }, exec: { command: ['x'] } };
    const whole = object(kind, {
      spec: { template: { spec: { containers: [{ ...container, livenessProbe: probe }] } } },
    });
    expect(cutToAllowed(whole)['spec']).toEqual({
      template: {
        spec: {
          containers: [
            { ...cutContainer, livenessProbe: { httpGet: { path: '/', httpHeaders: [{ name: 'H' }] }, exec: {} } },
          ],
        },
      },
    });
  },
);

test('a Pod likewise', () => {
  const whole = object('Pod', {
    spec: { initContainers: [container], containers: [container], ephemeralContainers: [container] },
    status: { phase: 'Running' },
  });
  expect(cutToAllowed(whole)).toMatchObject({ status: { phase: 'Running' } });
  expect(cutToAllowed(whole)['spec']).toEqual({
    initContainers: [cutContainer],
    containers: [cutContainer],
    ephemeralContainers: [cutContainer],
  });
});

test.each([
  ['Challenge', { spec: { key: 'k', token: 't', dnsName: 'd' } }, { spec: { token: 't', dnsName: 'd' } }],
  [
    'CertificateRequest',
    { spec: { request: 'csr' }, status: { certificate: 'c', ca: 'a', conditions: [] } },
    { spec: { request: 'csr' }, status: { conditions: [] } },
  ],
  [
    'Order',
    { spec: { request: 'csr' }, status: { certificate: 'c', state: 'valid' } },
    { spec: { request: 'csr' }, status: { state: 'valid' } },
  ],
  [
    'Issuer',
    { spec: { acme: { solvers: [{ dns01: { webhook: { config: { k: 'v' }, groupName: 'g' } } }, { http01: {} }] } } },
    { spec: { acme: { solvers: [{ dns01: { webhook: { groupName: 'g' } } }, { http01: {} }] } } },
  ],
  [
    'CustomResourceDefinition',
    { spec: { group: 'g', versions: [{ name: 'v1', served: true, schema: {} }] } },
    { spec: { group: 'g', versions: [{ name: 'v1', served: true }] } },
  ],
  ['Node', { status: { images: [{}], conditions: [] } }, { status: { conditions: [] } }],
])('a %s', (kind, whole, cut) => {
  expect(cutToAllowed(object(kind, whole))).toEqual(object(kind, cut));
});

test.each(Object.keys(kinds))(
  'a %s loses the copies of itself in annotations, and nothing of its managed fields',
  (kind) => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'kapp.k14s.io/original': '{}',
      'objectset.rio.cattle.io/applied': 'H4sI',
      'banzaicloud.com/last-applied': 'UEsD',
    };
    const managedFields = [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:data': { 'f:a': {} } } }];
    const cut = cutToAllowed(
      object(kind, {}, { annotations: { ...annotations, 'cert-manager.io/issuer-name': 'i' }, managedFields }),
    );
    expect(cut.metadata).toEqual({ name: 'n', annotations: { 'cert-manager.io/issuer-name': 'i' }, managedFields });
    expect(cutToAllowed(object(kind, {}, { annotations })).metadata).toEqual({ name: 'n' });
  },
);

property.prop([
  fc.constantFrom(...Object.keys(kinds)),
  fc.dictionary(fc.constantFrom('spec', 'status', 'data', 'type', 'x'), fc.jsonValue()),
])('any shape is taken, cutting again changes nothing, and the object given is left as it is', (kind, rest) => {
  const whole = object(kind, rest);
  const before = JSON.stringify(whole);
  const once = cutToAllowed(whole);
  expect(JSON.stringify(whole)).toBe(before);
  if (kind !== 'Secret' && kind !== 'ConfigMap') expect(cutToAllowed(once)).toEqual(once);
});

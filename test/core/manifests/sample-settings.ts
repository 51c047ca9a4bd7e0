import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Hash } from '../../../src/core/manifests/hash.ts';
import { renderEnvironment } from '../../../src/core/manifests/render.ts';
import type { SecretValues } from '../../../src/core/manifests/secrets-env.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import {
  type EnvironmentName,
  type EnvironmentSettings,
  letsEncrypt,
  type Settings,
} from '../../../src/core/setup/settings.ts';

export const sha256: Hash = (text) => createHash('sha256').update(text).digest('hex');

/** The answers that the shipped templates stand for; a test says only what its own differ in. */
export function sampleSettings(differs: Partial<Settings> = {}): Settings {
  return {
    domain: 'orion.example.com',
    email: 'platform@orion.example.com',
    tree: '/srv/k8s',
    image: 'registry.example.com/orion/auth-service:1.0.0',
    imagePullSecrets: [],
    allowFromNamespaces: [],
    corsOrigins: [],
    ingress: { className: 'nginx', namespace: 'ingress-nginx', nodeCidrs: [], allowsCustomHeaders: false },
    monitorLabels: { release: 'kube-prometheus-stack' },
    prometheusNamespace: 'monitoring',
    environments: { staging: sampleEnvironment('staging'), production: sampleEnvironment('production') },
    ...differs,
  };
}

export function sampleEnvironment(
  name: EnvironmentName,
  differs: Partial<EnvironmentSettings> = {},
): EnvironmentSettings {
  return {
    context: 'orion',
    host: name === 'staging' ? 'auth-staging.orion.example.com' : 'auth.orion.example.com',
    acme: { server: letsEncrypt[name] },
    database: { host: 'db.example.net', port: 5432 },
    redis: { host: 'redis.example.net', port: 6379 },
    ...differs,
  };
}

export const sampleSecrets: SecretValues = {
  'database-url': 'postgres://auth:swordfish-database@db.example.net/auth',
  'redis-url': 'redis://:swordfish-redis@redis.example.net',
  'jwt-secret': 'swordfish-jwt==',
};

/** Renders one environment of the sample, with `differs` in its settings. */
export function rendered(
  environment: EnvironmentName,
  differs: Partial<Settings> = {},
  secrets?: SecretValues,
): readonly KubernetesObject[] {
  return renderEnvironment(shippedBase, sampleSettings(differs), environment, secrets, sha256);
}

/** The one object of this kind, or of this kind and name. */
export function only(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  const [object] = found;
  if (object === undefined || found.length > 1) throw new Error(`${found.length} objects are ${kind}/${name ?? '*'}`);
  return object;
}

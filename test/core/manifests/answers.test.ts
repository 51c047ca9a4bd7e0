import { describe, expect, test } from 'vitest';
import { at, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { renderIssuers } from '../../../src/core/manifests/render.ts';
import { securityHeaders } from '../../../src/core/manifests/security-headers.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import type { EnvironmentName } from '../../../src/core/setup/settings.ts';
import { only, rendered, sampleEnvironment, sampleSecrets, sampleSettings } from './sample-settings.ts';

/** What each answer changes, and that it changes nothing where it was not given. */
describe('the image', () => {
  test.each([
    'ghcr.io/example/auth-service:1.4.2',
    'localhost:5000/auth:1',
    `ghcr.io/example/auth@sha256:${'a'.repeat(64)}`,
    `ghcr.io/example/auth:1.4@sha256:${'b'.repeat(64)}`,
  ])('%s is what runs', (image) => {
    expect(at(only(rendered('staging', { image }), 'Deployment'), 'spec.template.spec.containers.0.image')).toBe(image);
  });

  test('without a tag it is latest, not the tag of the base', () => {
    const deployment = only(rendered('staging', { image: 'localhost:5000/auth' }), 'Deployment');
    expect(at(deployment, 'spec.template.spec.containers.0.image')).toBe('localhost:5000/auth:latest');
  });

  test('pull secrets where asked', () => {
    const path = 'spec.template.spec.imagePullSecrets';
    expect(at(only(rendered('staging'), 'Deployment'), path)).toBeUndefined();
    expect(at(only(rendered('staging', { imagePullSecrets: ['registry'] }), 'Deployment'), path)).toEqual([
      { name: 'registry' },
    ]);
  });
});

describe('the host', () => {
  const withHost = (host: string) =>
    rendered('production', { environments: { production: sampleEnvironment('production', { host }) } });

  test.each([
    ['64 bytes', `${'a'.repeat(52)}.example.org`, true],
    ['65 bytes', `${'a'.repeat(53)}.example.org`, false],
  ])('of %s: common name %s', (_length, host, hasCommonName) => {
    const certificate = only(withHost(host), 'Certificate');
    expect(Object.hasOwn(certificate['spec'] as object, 'commonName')).toBe(hasCommonName);
    expect(at(certificate, 'spec.dnsNames')).toEqual([host]);
  });
});

describe('CORS', () => {
  test('only for the origins named', () => {
    const ingress = only(
      rendered('production', { corsOrigins: ['https://app.example.org', 'https://b.example.org'] }),
      'Ingress',
    );
    expect(textMapAt(ingress, 'metadata.annotations')).toMatchObject({
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://app.example.org, https://b.example.org',
    });
  });
});

describe('headers', () => {
  const allowed = { ingress: { ...sampleSettings().ingress, allowsCustomHeaders: true } };

  test.each<[EnvironmentName, string, string | undefined]>([
    ['staging', 'orion-staging', undefined],
    ['production', 'orion-prod', 'max-age=31536000'],
  ])('%s: a ConfigMap where the controller allows it, HSTS %s %s', (environment, namespace, hsts) => {
    const objects = rendered(environment, allowed);
    const configMap = only(objects, 'ConfigMap', 'auth-security-headers');
    expect(configMap['data']).toEqual(securityHeaders(environment));
    expect(configMap['data']).toMatchObject({ 'X-Frame-Options': 'DENY', 'X-Content-Type-Options': 'nosniff' });
    expect(securityHeaders(environment)['Strict-Transport-Security']).toBe(hsts);
    expect(textMapAt(only(objects, 'Ingress'), 'metadata.annotations')).toMatchObject({
      'nginx.ingress.kubernetes.io/custom-headers': `${namespace}/${configMap.metadata.name}`,
    });
  });

  test('none where it does not', () => {
    expect(rendered('production').some(({ metadata }) => metadata.name === 'auth-security-headers')).toBe(false);
  });
});

describe('issuers', () => {
  const privateCa = {
    server: 'https://ca.example.org/dir',
    caBundle: '-----BEGIN CERTIFICATE-----\nü\n-----END CERTIFICATE-----\n',
  };
  const settings = {
    email: undefined,
    environments: {
      staging: sampleEnvironment('staging', { acme: privateCa }),
      production: sampleEnvironment('production'),
    },
  };

  test('another ACME server, its CA, and no e-mail', () => {
    const issuer = only(rendered('staging', settings), 'ClusterIssuer', 'letsencrypt-staging');
    expect(issuer['spec']).toMatchObject({
      acme: { server: privateCa.server, caBundle: Buffer.from(privateCa.caBundle).toString('base64') },
    });
    expect(Object.keys(at(issuer, 'spec.acme') as object)).not.toContain('email');
  });

  test('two environments in one cluster say the same about both', () => {
    const issuersOf = (environment: EnvironmentName) =>
      rendered(environment, settings).filter(({ kind }) => kind === 'ClusterIssuer');
    expect(issuersOf('staging')).toEqual(issuersOf('production'));
    expect(issuersOf('staging')).toEqual(renderIssuers(shippedBase, sampleSettings(settings)));
    expect(issuersOf('staging')).toHaveLength(2);
  });

  test('where only staging was answered, production stays with its own server', () => {
    const issuer = only(
      rendered('staging', { environments: { staging: settings.environments.staging } }),
      'ClusterIssuer',
      'letsencrypt-prod',
    );
    expect(at(issuer, 'spec.acme.server')).toBe('https://acme-v02.api.letsencrypt.org/directory');
  });

  test('an issuer stays as it is, whether its environment is set up here, later or elsewhere', () => {
    const acme = { staging: privateCa, production: privateCa };
    const staging = sampleEnvironment('staging', { acme: privateCa });
    const alone = rendered('staging', { acme, environments: { staging } });
    const production = sampleEnvironment('production', { acme: privateCa });
    const both = rendered('staging', { acme, environments: { staging, production } });
    const isIssuer = ({ kind }: { readonly kind: string }) => kind === 'ClusterIssuer';
    expect(alone.filter(isIssuer)).toEqual(both.filter(isIssuer));
    expect(at(only(alone, 'ClusterIssuer', 'letsencrypt-prod'), 'spec.acme.server')).toBe(privateCa.server);
  });
});

describe('monitoring', () => {
  test("the monitor carries this cluster's labels instead of the shipped ones", () => {
    const monitor = only(rendered('staging', { monitorLabels: { prometheus: 'main' } }), 'ServiceMonitor');
    expect(monitor.metadata.labels).toEqual({ app: 'auth-service', prometheus: 'main' });
  });

  test.each([
    ['arn:aws:eks:eu-west-1:111122223333:cluster/prod', 'arn-aws-eks-eu-west-1-111122223333-cluster-prod'],
    [`${'x'.repeat(80)}/end`, `${'x'.repeat(59)}-end`],
    ['***', 'unknown'],
  ])('a context %s is the label %s', (context, label) => {
    const service = only(
      rendered('staging', { environments: { staging: sampleEnvironment('staging', { context }) } }),
      'Service',
    );
    expect(service.metadata.labels?.['cluster']).toBe(label);
  });
});

describe('order and Secret', () => {
  test('what others refer to comes first', () => {
    const kinds = rendered('production', {}, sampleSecrets).map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toEqual(['Namespace', 'ClusterIssuer', 'ClusterIssuer', 'Secret']);
    expect(kinds.indexOf('NetworkPolicy')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  test('the Deployment refers to the Secret by its generated name', () => {
    const objects = rendered('production', {}, sampleSecrets);
    const secret = only(objects, 'Secret');
    const names = JSON.stringify(only(objects, 'Deployment')).match(/auth-service-secrets[\w-]*/g);
    expect(names).toEqual([secret.metadata.name, secret.metadata.name, secret.metadata.name]);
    expect(secret.metadata.name).toMatch(/^auth-service-secrets-[2456789bcdfghkmt]{10}$/);
  });

  test('another value is another name', () => {
    const nameWith = (jwt: string) =>
      only(rendered('staging', {}, { ...sampleSecrets, 'jwt-secret': jwt }), 'Secret').metadata.name;
    expect(nameWith('a')).not.toBe(nameWith('b'));
    expect(nameWith('a')).toBe(nameWith('a'));
  });

  test('no value is anywhere but in the Secret', () => {
    const others = rendered('production', {}, sampleSecrets).filter(({ kind }) => kind !== 'Secret');
    expect(JSON.stringify(others)).not.toContain('swordfish');
  });

  test('an environment that was never answered is a fault of the caller', () => {
    expect(() => rendered('production', { environments: {} })).toThrow('The settings say nothing about production.');
  });
});

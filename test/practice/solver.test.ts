import { describe, expect, test } from 'vitest';
import { at, textAt } from '../../src/core/kubernetes/field.ts';
import { certificate, host, isReady, issuer, quietCluster } from './quiet-cluster.ts';

describe('the solver Ingress', () => {
  const presented = (ingress: object, change?: (it: ReturnType<typeof quietCluster>) => void) => {
    const it = quietCluster();
    change?.(it);
    it.put('ClusterIssuer/letsencrypt-staging', issuer(ingress));
    it.put('Certificate/auth-tls-cert', certificate());
    it.pass(30);
    return it;
  };
  const classOf = (it: ReturnType<typeof quietCluster>) => [
    textAt(it.all('Ingress')[0], 'spec.ingressClassName'),
    it.all('Ingress')[0]?.metadata.annotations?.['kubernetes.io/ingress.class'],
  ];

  test('has its class where the issuer says it', () => {
    expect(classOf(presented({ ingressClassName: 'absent' }))).toEqual(['absent', undefined]);
    expect(classOf(presented({ class: 'absent' }))).toEqual([undefined, 'absent']);
    expect(classOf(presented({}))).toEqual([undefined, undefined]);
    expect(
      classOf(
        presented({}, (it) =>
          it.put('IngressClass/other', {
            metadata: { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
            spec: { controller: 'x' },
          }),
        ),
      ),
    ).toEqual(['other', undefined]);
  });

  test.each([
    [
      'both class fields',
      { ingressClassName: 'nginx', class: 'nginx' },
      'the fields ingressClassName and class cannot be set at the same time',
    ],
    ['an Ingress that is not there', { name: 'auth-ingress' }, 'ingress.networking.k8s.io "auth-ingress" not found'],
  ])('cannot be made: %s', (_, ingress, reason) => {
    const it = presented(ingress);
    const [challenge] = it.all('Challenge');
    expect(challenge).toMatchObject({ status: { presented: false, processing: true, state: 'pending', reason } });
    expect(it.events(challenge?.metadata.name ?? '')).toContain(`PresentError Error presenting challenge: ${reason}`);
  });

  test('is one path more in an Ingress that is named', () => {
    const it = presented({ name: 'auth-ingress' }, (at) =>
      at.put('Ingress/auth-ingress', {
        spec: {
          ingressClassName: 'nginx',
          rules: [
            {
              host,
              http: {
                paths: [
                  { path: '/health', pathType: 'Prefix', backend: { service: { name: 'auth', port: { number: 1 } } } },
                ],
              },
            },
          ],
        },
      }),
    );
    expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
    expect(at(it.get('Ingress', 'auth-ingress'), 'spec.rules.0.http.paths.1')).toBeUndefined();
  });

  test('of a class that nobody serves is replaced by itself once the issuer is mended', () => {
    const it = presented({ ingressClassName: 'absent' });
    const [before] = it.all('Challenge');
    expect(textAt(before, 'status.reason')).toBe(
      "Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'",
    );
    it.put('ClusterIssuer/letsencrypt-staging', {
      spec: { acme: { solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }] } },
    });
    it.pass(4);
    const [after] = it.all('Challenge');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    it.pass(30);
    expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
  });

  test('stands without its pod where a quota refuses that, and goes on when the quota is raised', () => {
    const it = presented({ ingressClassName: 'nginx' }, (at) =>
      at.put('ResourceQuota/pods', { spec: { hard: { pods: '0' } } }),
    );
    const [challenge] = it.all('Challenge');
    expect(textAt(challenge, 'status.reason')).toMatch(
      /^pods "cm-acme-http-solver-\w{5}" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=0, limited: pods=0$/,
    );
    expect([it.all('Service').length, it.all('Ingress').length, it.all('Pod').length]).toEqual([1, 1, 0]);
    it.put('ResourceQuota/pods', { spec: { hard: { pods: '5' } } });
    it.pass(60);
    expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
  });
});

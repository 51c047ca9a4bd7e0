import { describe, expect, test } from 'vitest';
import { textAt } from '../../src/core/kubernetes/field.ts';
import { certificate, host, isReady, issuer, local, quietCluster, selfSigned } from './quiet-cluster.ts';

describe('two Certificates of one Secret', () => {
  const incorrect = (owner: string) =>
    `Ready=False IncorrectCertificate: Secret was issued for "${owner}". If this message is not transient, you might have two conflicting Certificates pointing to the same secret.`;

  test('the one that came first has issued: the other is told so, and nothing else', () => {
    const it = quietCluster();
    it.put('ClusterIssuer/local', selfSigned);
    it.put('Certificate/winner', local());
    it.pass(1);
    it.put('Certificate/loser', local());
    it.pass(600);
    expect(it.conditions('Certificate', 'loser')).toEqual([incorrect('winner')]);
    expect(it.events('loser')).toEqual([]);
    expect(it.all('CertificateRequest').map(({ metadata }) => metadata.name)).toEqual(['winner-1']);
  });

  test('the one that came first is still waiting: the other says only that there is no Secret', () => {
    const it = quietCluster();
    it.world({ dns: { [host]: null } });
    it.put('ClusterIssuer/letsencrypt-staging', issuer());
    it.put('Certificate/winner', certificate());
    it.pass(2);
    it.put('Certificate/loser', certificate());
    it.pass(600);
    expect(it.conditions('Certificate', 'loser')).toEqual([
      'Ready=False DoesNotExist: Issuing certificate as Secret does not exist',
    ]);
    expect(it.events('loser')).toEqual([]);
  });

  test('made in one apply both issue, and one Challenge waits without any status', () => {
    const it = quietCluster();
    it.world({ dns: { [host]: null } });
    it.put('ClusterIssuer/letsencrypt-staging', issuer());
    it.putAll({ 'Certificate/a-cert': certificate(), 'Certificate/b-cert': certificate() });
    it.pass(30);
    expect(it.all('Order')).toHaveLength(2);
    const waiting = it.all('Challenge').filter((challenge) => challenge['status'] === undefined);
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.metadata.finalizers).toBeUndefined();
    it.world({ dns: { [host]: { a: ['203.0.113.9'] } } });
    it.pass(120);
    expect(it.all('Challenge')).toEqual([]);
  });

  test('the loser moves within three minutes of the winner going, not at once', () => {
    const it = quietCluster();
    it.put('ClusterIssuer/local', selfSigned);
    it.put('Certificate/winner', local());
    it.pass(1);
    it.put('Certificate/loser', local());
    it.pass(5);
    it.put('Certificate/winner', null);
    it.pass(120);
    expect(it.conditions('Certificate', 'loser')).toEqual([incorrect('winner')]);
    it.pass(60);
    expect(it.conditions('Certificate', 'loser')).toEqual([isReady]);
    expect(it.events('loser')[0]).toBe(
      `Issuing ${incorrect('winner').slice('Ready=False IncorrectCertificate: '.length)}`,
    );
  });
});

describe('an Ingress that asks for a Certificate', () => {
  const ingress = (annotations: object, tls: readonly object[]) => ({
    metadata: { annotations },
    spec: { ingressClassName: 'nginx', tls },
  });
  const asks = { 'cert-manager.io/cluster-issuer': 'local' };
  const tls = [{ hosts: [host], secretName: 'auth-tls-secret' }];

  test('gets one named after the Secret, a loser beside the explicit one, that stays when the annotation goes', () => {
    const it = quietCluster();
    it.put('ClusterIssuer/local', selfSigned);
    it.put('Certificate/auth-tls-cert', local());
    it.pass(1);
    it.put('Ingress/auth-ingress', ingress(asks, tls));
    expect(it.events('auth-ingress')).toEqual(['CreateCertificate Successfully created Certificate "auth-tls-secret"']);
    expect(it.conditions('Certificate', 'auth-tls-secret')[0]).toMatch(/^Ready=False IncorrectCertificate/);
    expect(textAt(it.get('Certificate', 'auth-tls-secret'), 'metadata.ownerReferences.0.kind')).toBe('Ingress');
    it.put('Ingress/auth-ingress', { metadata: { annotations: { 'cert-manager.io/cluster-issuer': null } } });
    it.pass(600);
    expect(it.get('Certificate', 'auth-tls-secret')).toBeDefined();
  });

  test('leaves an explicit Certificate of that name alone', () => {
    const it = quietCluster();
    it.put('ClusterIssuer/local', selfSigned);
    it.put('Certificate/auth-tls-secret', local());
    it.put('Ingress/auth-ingress', ingress(asks, tls));
    expect(it.events('auth-ingress')).toEqual([]);
    expect(it.conditions('Certificate', 'auth-tls-secret')).toEqual([isReady]);
  });

  test.each([
    [
      'two issuers',
      { ...asks, 'cert-manager.io/issuer': 'x' },
      tls,
      'Could not determine issuer for ingress due to bad annotations: both "cert-manager.io/issuer" and "cert-manager.io/cluster-issuer" may not be set',
    ],
    [
      'one Secret twice',
      asks,
      [
        { hosts: ['a.example.org'], secretName: 's2' },
        { hosts: ['b.example.org'], secretName: 's2' },
      ],
      'spec.tls[0].secretName: Invalid value: "s2": this secret name must only appear in a single TLS entry but is also used in spec.tls[1].secretName',
    ],
    ['no hosts', asks, [{ secretName: 's' }], 'Skipped a TLS block: spec.tls[0].hosts: Required value'],
    ['no Secret', asks, [{ hosts: [host] }], 'Skipped a TLS block: spec.tls[0].secretName: Required value'],
  ])('is told of a bad configuration: %s', (_, annotations, entries, message) => {
    const it = quietCluster();
    it.put('Ingress/auth-ingress', ingress(annotations, entries));
    expect(it.events('auth-ingress')).toContain(`BadConfig ${message}`);
  });
});

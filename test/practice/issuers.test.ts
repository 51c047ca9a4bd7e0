import { describe, expect, test } from 'vitest';
import { textAt } from '../../src/core/kubernetes/field.ts';
import { certificate, isReady, issuer, local, quietCluster, selfSigned, stagingServer } from './quiet-cluster.ts';

describe('an issuerRef that finds nothing', () => {
  const approved = 'Approved=True cert-manager.io: Certificate request has been approved by cert-manager.io';
  test.each([
    [
      'a typo',
      { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt-prd' },
      [
        approved,
        'Ready=False Pending: Referenced "ClusterIssuer" not found: clusterissuer.cert-manager.io "letsencrypt-prd" not found',
      ],
      3,
    ],
    [
      'kind left out',
      { name: 'letsencrypt-staging' },
      [
        approved,
        'Ready=False Pending: Referenced "Issuer" not found: issuer.cert-manager.io "letsencrypt-staging" not found',
      ],
      3,
    ],
    [
      'another group',
      { group: 'cert-manager.example', kind: 'ClusterIssuer', name: 'letsencrypt-staging' },
      [approved],
      0,
    ],
    ['kind misspelt', { group: 'cert-manager.io', kind: 'Clusterissuer', name: 'letsencrypt-staging' }, [approved], 0],
  ])('%s', (_, issuerRef, conditions, told) => {
    const it = quietCluster();
    it.put('ClusterIssuer/letsencrypt-staging', issuer());
    it.put('Certificate/auth-tls-cert', certificate({ issuerRef }));
    it.pass(3600);
    expect(it.conditions('CertificateRequest', 'auth-tls-cert-1')).toEqual(conditions);
    expect(it.events('auth-tls-cert-1').filter((said) => said.startsWith('IssuerNotFound'))).toHaveLength(told);
  });

  test('goes on by itself when the issuer comes, and at once when the reference is mended', () => {
    const it = quietCluster();
    it.put('Certificate/auth-tls-cert', local());
    it.put('ClusterIssuer/local', selfSigned);
    expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
    it.put('Certificate/other', local({ issuerRef: { name: 'lokal', kind: 'ClusterIssuer' }, secretName: 'other' }));
    it.put('Certificate/other', { spec: { issuerRef: { name: 'local' } } });
    expect(it.conditions('Certificate', 'other')).toEqual([isReady]);
    expect(it.all('CertificateRequest').map(({ metadata }) => metadata.name)).toContain('other-1');
  });
});

describe('an ACME issuer', () => {
  const get = `Get "${stagingServer}": dial tcp: lookup acme-staging-v02.api.letsencrypt.org: no such host`;
  const contact =
    '400 urn:ietf:params:acme:error:invalidContact: Error validating contact(s) :: contact email has forbidden domain "example.org"';
  test.each([
    [
      'that is out of reach',
      { unreachable: get.slice(get.indexOf('dial')) },
      {},
      `Ready=False ErrRegisterACMEAccount: Failed to register ACME account: ${get}`,
      [`ErrInitIssuer Error initializing issuer: ${get}`],
    ],
    [
      'that refuses the contact',
      { refusesContact: contact },
      {},
      `Ready=False ErrRegisterACMEAccount: Failed to register ACME account: ${contact}`,
      [],
    ],
    [
      'of the first protocol',
      {},
      { server: 'https://acme-v01.api.letsencrypt.org/directory' },
      'Ready=False InvalidConfig: Your ACME server URL is set to a v1 endpoint (https://acme-v01.api.letsencrypt.org/directory). You should update the spec.acme.server field to "https://acme-v02.api.letsencrypt.org/directory"',
      [],
    ],
  ])('%s', (_, behaviour, more, condition, events) => {
    const it = quietCluster();
    it.world({ acme: { [stagingServer]: behaviour } });
    it.put('ClusterIssuer/letsencrypt-staging', issuer(undefined, more));
    it.put('Certificate/auth-tls-cert', certificate());
    it.pass(600);
    expect(it.conditions('ClusterIssuer', 'letsencrypt-staging')).toEqual([condition]);
    expect(it.events('letsencrypt-staging')).toEqual(events);
    expect(it.conditions('CertificateRequest', 'auth-tls-cert-1').at(-1)).toBe(
      'Ready=False Pending: Referenced issuer does not have a Ready status condition',
    );
    it.world({ acme: { [stagingServer]: null } });
    it.put('ClusterIssuer/letsencrypt-staging', issuer());
    it.pass(60);
    expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
  });

  test('whose new contact is refused keeps its account', () => {
    const it = quietCluster();
    it.put('ClusterIssuer/letsencrypt-staging', issuer());
    it.world({ acme: { [stagingServer]: { refusesContact: contact } } });
    it.put('ClusterIssuer/letsencrypt-staging', { spec: { acme: { email: 'nobody@example.com' } } });
    expect(it.conditions('ClusterIssuer', 'letsencrypt-staging')).toEqual([
      `Ready=False ErrUpdateACMEAccount: Failed to update ACME account:${contact}`,
    ]);
    expect(textAt(it.get('ClusterIssuer', 'letsencrypt-staging'), 'status.acme.uri')).toContain('acme-staging-v02');
  });
});

test('a key that may not change and does not fit stops the issuance, until it may', () => {
  const it = quietCluster();
  it.put('ClusterIssuer/local', selfSigned);
  it.put('Certificate/auth-tls-cert', local({ privateKey: { rotationPolicy: 'Never', size: 2048 } }));
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
  it.put('Certificate/auth-tls-cert', { spec: { privateKey: { size: 3072 } } });
  it.pass(600);
  const mismatch = 'SecretMismatch: Existing private key is not up to date for spec: [spec.privateKey.size]';
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    `Issuing=True ${mismatch}`,
    `Ready=False ${mismatch}`,
  ]);
  expect(it.all('CertificateRequest').map(({ metadata }) => metadata.name)).toEqual(['auth-tls-cert-1']);
  const said = it.events('auth-tls-cert').filter((event) => event.startsWith('CannotRegenerateKey'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(
    'User intervention required: existing private key in Secret "auth-tls-secret" does not match requirements on Certificate resource, mismatching fields: [spec.privateKey.size]',
  );
  it.put('Certificate/auth-tls-cert', { spec: { privateKey: { rotationPolicy: 'Always' } } });
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([isReady]);
});

test('another issuer issues anew, and says what was before', () => {
  const it = quietCluster();
  it.put('ClusterIssuer/local', selfSigned);
  it.put('Certificate/auth-tls-cert', local());
  it.put('Certificate/auth-tls-cert', { spec: { issuerRef: { name: 'absent' } } });
  const words =
    'IncorrectIssuer: Issuing certificate as Secret was previously issued by "ClusterIssuer.cert-manager.io/local"';
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([`Issuing=True ${words}`, `Ready=False ${words}`]);
  expect(it.conditions('CertificateRequest', 'auth-tls-cert-2').at(-1)).toContain('"absent" not found');
});

test('without a pod of cert-manager nothing moves', () => {
  const it = quietCluster();
  it.put('Deployment/cert-manager/cert-manager', { spec: { replicas: 0 } });
  it.put('ClusterIssuer/local', selfSigned);
  it.put('Certificate/auth-tls-cert', local());
  it.pass(600);
  expect(it.get('Certificate', 'auth-tls-cert')?.['status']).toBeUndefined();
});

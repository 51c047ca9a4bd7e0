import { describe, expect, test } from 'vitest';
import { at, textAt } from '../../src/core/kubernetes/field.ts';
import { certificate, host, issuer, quietCluster, stagingServer } from './quiet-cluster.ts';

const selfSigned = { spec: { selfSigned: {} } };
/** A Certificate that is issued at once, without an ACME server. */
const local = (more: object = {}) =>
  certificate({ issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'local' }, ...more });
const isReady = 'Ready=True Ready: Certificate is up to date and has not expired';

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

test('without a pod of cert-manager nothing moves', () => {
  const it = quietCluster();
  it.put('Deployment/cert-manager/cert-manager', { spec: { replicas: 0 } });
  it.put('ClusterIssuer/local', selfSigned);
  it.put('Certificate/auth-tls-cert', local());
  it.pass(600);
  expect(it.get('Certificate', 'auth-tls-cert')?.['status']).toBeUndefined();
});

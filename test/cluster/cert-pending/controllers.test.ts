import { afterEach, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { diagnosed } from '../orion.ts';
import { ask, issued, namesExactly, newSite, patchCertificate, type Site } from './site.ts';

/** Causes that stand at cert-manager itself, its webhook, the request and the Secret, injected for real. */
const bed = currentBed();

/** Whatever a test stopped goes on after it, however it ended. */
let putBack: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of putBack.toReversed()) await step();
  putBack = [];
});

const certificateOf = (site: Site) => bed.api.get(path(site, 'certificates', 'auth-tls-cert'));

async function stop(): Promise<void> {
  await bed.signal('cert-manager', 'SIGSTOP');
  putBack.push(goOn);
}

const goOn = () => bed.signal('cert-manager', 'SIGCONT');

const path = ({ namespace }: Site, plural: string, name = ''): string =>
  `/apis/cert-manager.io/v1/namespaces/${namespace}/${plural}${name === '' ? '' : `/${name}`}`;

/** An issuer that signs within a second: what is tried here is not the CA. */
async function signsAtOnce({ namespace }: Site): Promise<{ readonly issuerRef: object }> {
  await bed.kubectl('apply -f -', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'own', namespace },
    spec: { selfSigned: {} },
  });
  return { issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: 'own' } };
}

/** A request that nobody answers, since no controller knows its group; and old enough once the other tests are through. */
const unanswered = newSite('approval').then(async (site) => {
  await ask(site, { issuerRef: { group: 'orion.example', kind: 'Foreign', name: 'nobody' } });
  return { site, since: Date.now() };
});

test('cert-manager-controller-down: scaled to 0; all catches up once it runs', async () => {
  const site = await newSite('down');
  await stop();
  const scale = (replicas: number) =>
    bed.kubectl(`-n cert-manager scale deployment cert-manager --replicas=${replicas}`);
  await scale(0);
  putBack.push(() => scale(1));
  await ask(site);
  const { report, code } = await namesExactly(site, ['cert-manager-controller-down']);
  expect(code).toBe(3);
  expect(report.findings[0]).toMatchObject({ confidence: 'confirmed', object: { kind: 'Deployment' } });
  await scale(1);
  await goOn();
  await issued(site);
});

test('cert-manager-controller-down: it hangs, its Deployment says nothing, and its Lease runs out', async () => {
  const site = await newSite('hung');
  // cert-manager's own lead lasts a minute.
  await bed.certManager.restart({
    'leader-election-lease-duration': '20s',
    'leader-election-renew-deadline': '15s',
    'leader-election-retry-period': '3s',
  });
  putBack.push(() => bed.certManager.restart());
  // Long enough that it is frozen before it begins to renew: what it has begun would be another silence.
  await ask(site, { ...(await signsAtOnce(site)), duration: '60s', renewBefore: '15s' });
  await issued(site);
  await bed.signal('cert-manager', 'SIGSTOP');
  const since = async () => {
    const { spec } = await bed.api.get(
      '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cert-manager-controller',
    );
    return Date.now() - Date.parse(spec.renewTime);
  };
  await until('the Lease to run out', async () => ((await since()) > 31_000 ? true : undefined), 60);
  const { report, code } = await namesExactly(site, ['cert-manager-controller-down']);
  expect(code).toBe(3);
  expect(report.findings).toMatchObject([
    { confidence: 'confirmed', object: { kind: 'Deployment' } },
    { code: 'renewal-overdue', root: false },
  ]);
  expect(report.findings[0]?.because).toContain('Lease kube-system/cert-manager-controller');

  const { status } = await certificateOf(site);
  await bed.certManager.restart();
  // Until it has renewed it, the status is the one that it was frozen with.
  await until(
    'the renewal',
    async () => ((await certificateOf(site)).status.revision > status.revision ? true : undefined),
    90,
  );
  await issued(site);
  const { report: healed } = await until('nothing to be found', async () => {
    const said = await diagnosed(site.namespace);
    return said.report.findings.length === 0 ? said : undefined;
  });
  expect(healed.outcome).not.toBe('problem');
});

test('cert-manager-blinded: one duration in days, in another namespace, and no Certificate gets a status', async () => {
  const [site, other] = [await newSite('blind'), await newSite('legacy', { dns: null })];
  await ask(other, { duration: '90d', secretName: 'legacy-tls' });
  putBack.push(() => bed.kubectl(`-n ${other.namespace} delete certificate auth-tls-cert --ignore-not-found`));
  await ask(site);
  const { report } = await namesExactly(site, ['cert-manager-blinded']);
  expect(report.findings[0]?.object).toMatchObject({ namespace: other.namespace });
  await bed.kubectl(
    `-n ${other.namespace} patch certificate auth-tls-cert --type merge -p {"spec":{"duration":"2160h"}}`,
  );
  await issued(site);
});

test('cert-manager-webhook-unavailable: the API server refuses what it cannot have checked', async () => {
  const site = await newSite('hook');
  await stop();
  await ask(site);
  await bed.kubectl('apply -f -', webhookOf(site));
  putBack.push(() => bed.kubectl('delete validatingwebhookconfiguration cert-manager-webhook --ignore-not-found'));
  // The API server asks a webhook a moment after it took it: the first status would still pass.
  await until('the webhook to be asked', async () =>
    bed.kubectl(`-n ${site.namespace} label certificate auth-tls-cert tried=yes --dry-run=server`).then(
      () => undefined,
      (error: Error) => (error.message.includes('failed calling webhook') ? true : undefined),
    ),
  );
  await goOn();
  // In its first two minutes a webhook may still be coming up.
  const { report, code } = await until('the webhook', async () => {
    const found = await diagnosed(site.namespace);
    return found.report.findings.length > 0 ? found : undefined;
  });
  expect(report.findings, JSON.stringify(report, null, 2)).toMatchObject([
    { code: 'cert-manager-webhook-unavailable', root: false },
  ]);
  expect(code).toBe(4);
  const refused = await patchCertificate(site, { metadata: { labels: { tried: 'yes' } } }).catch((error) =>
    String(error),
  );
  expect(refused).toContain('failed calling webhook');
  await bed.kubectl('delete validatingwebhookconfiguration cert-manager-webhook');
  await issued(site);
});

/** As cert-manager's own, for one namespace only. */
const webhookOf = ({ namespace }: Site) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'cert-manager-webhook' },
  webhooks: [
    {
      name: 'webhook.cert-manager.io',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 5,
      clientConfig: {
        caBundle: Buffer.from(bed.acme.staging.caBundle).toString('base64'),
        service: { name: 'cert-manager-webhook', namespace: 'cert-manager', path: '/validate' },
      },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      rules: [
        {
          apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['*/*'],
        },
      ],
    },
  ],
});

test('renewal-overdue: Ready stays True after the end of the certificate', async () => {
  const site = await newSite('overdue');
  // Long enough that it is frozen before it begins to renew: what it has begun would be another silence.
  await ask(site, { ...(await signsAtOnce(site)), duration: '40s', renewBefore: '15s' });
  await issued(site);
  await bed.signal('cert-manager', 'SIGSTOP');
  // Frozen for so long it may lose its lead and end by itself once it goes on.
  putBack.push(() => bed.certManager.restart());
  const { report } = await namesExactly(site, ['renewal-overdue']);
  expect(report.impact).toMatch(/expired|ended|no certificate|unknown/);
});

test('secret-overwritten-externally: a second writer, and the revision climbs', async () => {
  const site = await newSite('writer');
  await ask(site, await signsAtOnce(site));
  await issued(site);
  for (const wanted of [2, 3, 4, 5]) {
    await bed.kubectl('apply --server-side --force-conflicts --field-manager external-secrets -f -', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'auth-tls-secret', namespace: site.namespace },
      type: 'kubernetes.io/tls',
      data: { 'tls.key': Buffer.from('of another').toString('base64') },
    });
    await until(`revision ${wanted}`, async () => {
      const { status } = await certificateOf(site);
      return status.revision >= wanted ? true : undefined;
    });
  }
  const { report } = await namesExactly(site, ['secret-overwritten-externally']);
  expect(report.findings[0]?.because).toContain('external-secrets');
});

test('issuer-changed: waited for in its first minute, and gone by itself', async () => {
  const site = await newSite('switch');
  await ask(site, await signsAtOnce(site));
  await issued(site);
  await patchCertificate(site, { spec: { issuerRef: { kind: 'ClusterIssuer', name: site.issuer } } });
  const { report, code } = await until('the change', async () => {
    const found = await diagnosed(site.namespace);
    return found.report.findings.some(({ code: it }) => it === 'issuer-changed') ? found : undefined;
  });
  expect(code).toBe(4);
  expect(report).toMatchObject({ outcome: 'waiting', rootCauses: [] });
  await issued(site);
});

test('spec-rejected-at-apply: what a webhook would have refused', async () => {
  const site = await newSite('spec');
  await ask(site, { privateKey: { algorithm: 'RSA', size: 1024 } });
  await namesExactly(site, ['spec-rejected-at-apply']);
  await patchCertificate(site, { spec: { privateKey: { size: 2048 } } });
  await issued(site);
});

test('request-denied: the policy is quoted, and nothing is offered to pass it by', async () => {
  const site = await newSite('denied');
  await ask(site, { issuerRef: { group: 'orion.example', kind: 'Foreign', name: 'nobody' } });
  await requested(site);
  await judge(site, [
    {
      type: 'Denied',
      status: 'True',
      reason: 'policy.cert-manager.io',
      message: 'No policy approved this request: [only-internal: spec.allowed.dnsNames: no match]',
      lastTransitionTime: new Date().toISOString(),
    },
  ]);
  const { report } = await namesExactly(site, ['request-denied']);
  expect(report.findings[0]?.because).toContain('only-internal');
  expect(report.findings[0]?.remedies.map(({ automatic }) => automatic)).toEqual(['no']);
});

test('request-not-approved: a minute without an answer, which is never given here', async () => {
  const { site, since } = await unanswered;
  await requested(site);
  await until('a minute', async () => (Date.now() - since > 61_000 ? true : undefined), 60);
  await stop();
  await judge(site, []);
  const { report } = await namesExactly(site, ['request-not-approved']);
  expect(
    report.findings[0]?.remedies.map(({ automatic, commands }) => ({
      automatic,
      approves: /approve\b/.test(commands.join()),
    })),
  ).toEqual([{ automatic: 'no', approves: false }]);
});

const requested = (site: Site) =>
  until('the request', async () => (await bed.api.get(path(site, 'certificaterequests'))).items[0]);

const judge = ({ namespace }: Site, conditions: readonly object[]) =>
  bed.kubectl([
    ...['-n', namespace, 'patch', 'certificaterequest', 'auth-tls-cert-1', '--subresource', 'status'],
    ...['--type', 'merge', '-p', JSON.stringify({ status: { conditions } })],
  ]);

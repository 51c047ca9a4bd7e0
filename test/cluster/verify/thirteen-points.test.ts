import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster } from '../setup/installation.ts';
import { becomes, namespace, open, patch, pointIn, type Sound, soundStaging, verified } from './sound-staging.ts';

/** Thirteen points on a sound staging; then each one's own cause put in for real, and taken out again. */
const bed = currentBed();
let sound: Sound;

beforeAll(async () => {
  await emptyCluster();
  sound = await soundStaging();
}, 240_000);
afterAll(emptyCluster);

test('sound: all green, exit 0, nothing changed but tried evictions, and the requests counted', async () => {
  const mark = bed.auditMark();
  const { run, report } = await becomes(sound, {});
  expect(run.code).toBe(0);
  expect(report).toMatchObject({ outcome: 'healthy', environment: 'staging', host: sound.host });
  expect(report.points).toHaveLength(13);
  expect(report.before.map(({ state }) => state).filter((state) => state === 'failed')).toEqual([]);
  expect(report.apiRequests).toBeLessThan(60);
  expect(await bed.writesSince(mark)).toEqual([]);
});

describe('one cause, and the points that depend on it', () => {
  let heal: () => Promise<unknown>;
  afterEach(async () => {
    await heal();
    await becomes(sound, {}, 120);
  }, 150_000);

  test('the label that Prometheus selects by is another', async () => {
    await patch('servicemonitor/auth-service-monitor', { metadata: { labels: { release: 'another' } } });
    heal = () =>
      patch('servicemonitor/auth-service-monitor', { metadata: { labels: { release: 'kube-prometheus-stack' } } });
    const seen = await becomes(sound, { monitoring: 'failed' });
    expect(pointIn(seen, 'monitoring')).toMatchObject({
      codes: ['sm-not-selected-labels'],
      mend: { runbook: 'prometheus-not-scraping' },
    });
    expect(seen.run.code).toBe(3);
  });

  test('a budget that keeps every pod', async () => {
    await patch('pdb/auth-service-pdb', { spec: { minAvailable: 2 } });
    heal = () => patch('pdb/auth-service-pdb', { spec: { minAvailable: 1 } });
    const seen = await becomes(sound, { pdb: 'failed' });
    expect(pointIn(seen, 'pdb')).toMatchObject({ codes: ['hpa-min-below-pdb'], mend: { runbook: 'pdb-blocking' } });
  });

  test('a container without a memory limit', async () => {
    const at = '/spec/template/spec/containers/0/resources/limits/memory';
    const json = (operation: object) =>
      bed.kubectl([
        '-n',
        namespace,
        'patch',
        'deployment/auth-service',
        '--type',
        'json',
        '-p',
        JSON.stringify([operation]),
      ]);
    await json({ op: 'remove', path: at });
    heal = () => json({ op: 'add', path: at, value: '512Mi' });
    const seen = await becomes(sound, { resources: 'failed' });
    expect(pointIn(seen, 'resources')).toMatchObject({
      saw: expect.stringContaining('limits.memory'),
      field: 'spec.template.spec.containers.0.resources.limits',
    });
  });

  test('one of the issuers is gone', async () => {
    const issuer = await bed.api.get('/apis/cert-manager.io/v1/clusterissuers/letsencrypt-prod');
    await bed.kubectl(['delete', 'clusterissuer', 'letsencrypt-prod']);
    heal = () => bed.kubectl('apply -f -', { ...issuer, status: undefined, metadata: { name: 'letsencrypt-prod' } });
    const seen = await becomes(sound, { issuers: 'failed' });
    expect(pointIn(seen, 'issuers')).toMatchObject({ object: { kind: 'ClusterIssuer', name: 'letsencrypt-prod' } });
  });

  test('one more name, which has no record in DNS', async () => {
    const nowhere = `nowhere.${sound.host}`;
    await patch('certificate/auth-tls-cert', { spec: { dnsNames: [sound.host, nowhere] } });
    heal = () => patch('certificate/auth-tls-cert', { spec: { dnsNames: [sound.host] } });
    const seen = await becomes(sound, { certificate: 'failed', renewal: 'waiting' });
    expect(pointIn(seen, 'certificate')).toMatchObject({ codes: ['dns-no-record'] });
  });

  test('the Ingress names another Secret', async () => {
    const tls = (secretName: string) =>
      patch('ingress/auth-ingress', { spec: { tls: [{ hosts: [sound.host], secretName }] } });
    await tls('another');
    heal = () => tls('auth-tls-secret');
    const seen = await becomes(sound, { 'ingress-tls': 'failed', https: 'failed' });
    expect(pointIn(seen, 'https')).toMatchObject({ codes: ['ingress-serves-default-cert'] });
    expect(pointIn(seen, 'ingress-tls')).toMatchObject({ field: 'spec.tls.0.secretName' });
  });

  test('nobody listens on port 443', async () => {
    await bed.ingress.close(443);
    heal = () => bed.ingress.open(443);
    await becomes(sound, { https: 'failed' });
  });

  test('packets to the ingress vanish: that may be the way from here, and is no verdict', async () => {
    await bed.ingress.silence(true);
    heal = () => bed.ingress.silence(false);
    const seen = await verified(sound);
    expect(open(seen.report)).toEqual({ https: 'not-looked', redirect: 'not-looked' });
    expect(seen.run.code).toBe(5);
  });

  test('the redirect is switched off', async () => {
    const redirect = (value: string) =>
      patch('ingress/auth-ingress', {
        metadata: {
          annotations: {
            'nginx.ingress.kubernetes.io/ssl-redirect': value,
            'nginx.ingress.kubernetes.io/force-ssl-redirect': value,
          },
        },
      });
    await redirect('false');
    heal = () => redirect('true');
    await becomes(sound, { redirect: 'failed' });
  });

  test('cert-manager hangs, and the renewal is overdue', async () => {
    const path = '/apis/cert-manager.io/v1/namespaces/orion-staging/certificates/auth-tls-cert';
    const { status } = await bed.api.get(path);
    await bed.signal('cert-manager', 'SIGSTOP');
    const renewalTime = (moment: string) =>
      patch('certificate/auth-tls-cert', { status: { renewalTime: moment } }, ['--subresource=status']);
    await renewalTime(new Date(Date.now() - 3 * 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'));
    heal = async () => {
      await renewalTime(status.renewalTime);
      await bed.signal('cert-manager', 'SIGCONT');
    };
    await becomes(sound, { renewal: 'failed' });
  });

  test('a new version that crashes', async () => {
    const behaves = (value: string | null) =>
      patch('deployment/auth-service', { spec: { template: { metadata: { annotations: { 'bed/behaves': value } } } } });
    await behaves('crash-loop');
    heal = () => behaves(null);
    const seen = await becomes(sound, { health: 'failed' });
    expect(pointIn(seen, 'health')).toMatchObject({ codes: ['rollout-crashloop'] });
  });

  test('the autoscaler scales something else', async () => {
    const target = (name: string) => patch('hpa/auth-service-hpa', { spec: { scaleTargetRef: { name } } });
    await target('another');
    heal = () => target('auth-service');
    await becomes(sound, { hpa: 'failed' });
  });

  test('everybody may connect', async () => {
    const before = await bed.api.get(
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/auth-service-networkpolicy`,
    );
    await patch('networkpolicy/auth-service-networkpolicy', { spec: { ingress: [{}] } });
    heal = () => patch('networkpolicy/auth-service-networkpolicy', { spec: { ingress: before.spec.ingress } });
    await becomes(sound, { networkpolicy: 'failed' });
  });

  test('all pods on one node of several', async () => {
    const { items } = await bed.api.get('/api/v1/nodes');
    const [, ...others] = items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    const restart = () => bed.kubectl(['-n', namespace, 'delete', 'pods', '-l', 'app=auth-service']);
    await bed.kubectl(['cordon', ...others]);
    await restart();
    heal = restart;
    try {
      await becomes(sound, {});
    } finally {
      await bed.kubectl(['uncordon', ...others]);
    }
    await becomes(sound, { spread: 'failed' });
  });
});

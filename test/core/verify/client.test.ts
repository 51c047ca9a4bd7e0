import { beforeAll, describe, expect, test } from 'vitest';
import { merged } from '../../../src/practice/json.ts';
import { type Ground, notGreen, pointOf, soundGround, subjectOf, verified } from './sound-cluster.ts';

/** What a client sees, and what of it is asked of whom. */
const balancer = '203.0.113.9';
const headers = {
  'strict-transport-security': 'max-age=31536000',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
};

const looked = (ground: Ground, looks: Readonly<Record<string, unknown>>): Ground => ({
  ...ground,
  world: merged(ground.world, { looks }) as Ground['world'],
});
const answers = (host: string, given: object) => ({
  [`http https://${host}/health at ${balancer}`]: {
    outcome: 'answered',
    status: 200,
    body: 'ok',
    isKey: false,
    server: 'nginx',
    location: '',
    hops: [`https://${host}/health`],
    ...given,
  },
});
const served = (host: string, given: object) => ({
  [`tls ${host} at ${balancer} 443`]: {
    serial: '0A',
    subject: `CN=${host}`,
    issuer: 'CN=R12, O=Let’s Encrypt',
    names: [host],
    notAfter: '2027-02-21T05:00:00Z',
    protocol: 'TLSv1.3',
    chain: [`CN=${host}`, 'CN=R12'],
    distrust: '',
    ...given,
  },
});

describe('production', () => {
  const host = 'auth.example.org';
  let ground: Ground;
  beforeAll(() => {
    ground = soundGround('production');
  });
  const https = async (given: object, subject = subjectOf('production')) =>
    pointOf(await verified(looked(ground, answers(host, given)), subject), 'https');

  test('is green with HSTS and the headers', async () => {
    expect(await https({ headers })).toMatchObject({ state: 'passed' });
    const all = await verified(looked(ground, answers(host, { headers })), subjectOf('production'));
    expect(notGreen(all)).toEqual([]);
    expect(pointOf(all, 'pdb').remarks.join()).toContain('lets 4 of 5 pods go at once');
  });

  test.each([
    ['HSTS is not sent', { ...headers, 'strict-transport-security': undefined }],
    [
      'HSTS has max-age 15724800, not 31536000',
      { ...headers, 'strict-transport-security': 'max-age=15724800; includeSubDomains' },
    ],
    ['X-Frame-Options is not sent', { ...headers, 'x-frame-options': undefined }],
    ['X-Content-Type-Options is not sent', { ...headers, 'x-content-type-options': undefined }],
  ])('%s: red', async (says, given) => {
    expect(await https({ headers: JSON.parse(JSON.stringify(given)) })).toMatchObject({
      state: 'failed',
      saw: expect.stringContaining(says),
      lasting: true,
    });
  });

  test('headers that were not kept are no all-clear; a set-up is not asked for them', async () => {
    expect(await https({})).toMatchObject({ state: 'not-looked' });
    expect(await https({}, { ...subjectOf('production'), withoutHeaders: true })).toMatchObject({ state: 'passed' });
  });

  test('the test CA is red here, and by design on staging', async () => {
    const given = served(host, { issuer: 'CN=(STAGING) Riddling Rhubarb R12' });
    const point = pointOf(await verified(looked(ground, given), subjectOf('production')), 'https');
    expect(point).toMatchObject({ state: 'failed', lasting: true, saw: expect.stringContaining('of the test CA') });
    const staging = pointOf(await verified(soundGround()), 'https');
    expect(staging).toMatchObject({ state: 'passed', remarks: [expect.stringContaining('as designed')] });
  });
});

describe('staging', () => {
  const host = 'auth-staging.example.org';
  let ground: Ground;
  beforeAll(() => {
    ground = soundGround();
  });
  const https = async (looks: Readonly<Record<string, unknown>>) =>
    pointOf(await verified(looked(ground, looks)), 'https');

  test.each([
    ['for another host', { names: ['other.example.org'] }, 'a certificate for other.example.org is served'],
    ['ended', { notAfter: '2026-11-01T00:00:00Z' }, 'ended 2026-11-01'],
    [
      'alone, without its issuer',
      { chain: [`CN=${host}`], distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      'the chain is not whole',
    ],
    ['signed by itself', { chain: [`CN=${host}`], distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'signed by itself'],
    ['another than the one in the Secret', {}, 'another certificate than the one in the Secret is served (serial 0A)'],
  ])('a certificate %s: red', async (_, given, says) => {
    expect(await https(served(host, given))).toMatchObject({ state: 'failed', saw: expect.stringContaining(says) });
  });

  test('the one before a renewal of this moment: the new one is only being loaded', async () => {
    const issued = new Date(ground.now.getTime() - 5000).toISOString();
    const objects = ground.objects.map((object) =>
      object.kind === 'CertificateRequest'
        ? { ...object, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: issued }] } }
        : object,
    );
    const renewed = { ...looked(ground, served(host, {})), objects };
    expect(pointOf(await verified(renewed), 'https')).toMatchObject({ state: 'waiting', codes: [] });
    const ended = { ...renewed, ...looked(renewed, served(host, { notAfter: '2026-11-01T00:00:00Z' })), objects };
    expect(pointOf(await verified(ended), 'https')).toMatchObject({ state: 'failed' });
  });

  test('elsewhere than at this cluster’s own address another certificate is its own affair', async () => {
    const front = '198.51.100.7';
    const world = merged(ground.world, {
      dns: { [host]: { a: [front] } },
      looks: {
        ...Object.fromEntries(
          Object.entries({ ...served(host, {}), ...answers(host, { headers }) }).map(([name, value]) => [
            name.replace(balancer, front),
            value,
          ]),
        ),
        [`tls-version TLSv1.1 ${host} at ${front} 443`]: { accepted: false, detail: 'refused' },
      },
    }) as Ground['world'];
    const point = pointOf(await verified({ ...ground, world }), 'https');
    expect(point, point.saw + JSON.stringify(point.notLooked)).toMatchObject({ state: 'passed' });
  });

  test('an answer of 503 leads to the runbook of the pods', async () => {
    expect(await https(answers(host, { status: 503 }))).toMatchObject({ state: 'failed', runbook: 'pdb-blocking' });
  });

  test('a key that is not the certificate’s is red, by that fact alone', async () => {
    const objects = ground.objects.map((object) =>
      object.kind === 'Secret' && object.metadata.name === 'auth-tls-secret' ? { ...object, keyFits: false } : object,
    );
    const all = await verified({ ...ground, objects });
    expect(pointOf(all, 'certificate')).toMatchObject({ state: 'failed', saw: 'its key is of another certificate' });
  });

  test('a name that has no address from here is no verdict on a certificate that the CA could issue', async () => {
    const world = { ...ground.world, dns: {} };
    expect(notGreen(await verified({ ...ground, world }))).toEqual(['https not-looked', 'redirect not-looked']);
  });

  test('a budget that is relaxed says so, and when that is overdue', async () => {
    const relaxed = (moment: string): Ground => ({
      ...ground,
      objects: ground.objects.map((object) =>
        object.kind === 'PodDisruptionBudget'
          ? {
              ...object,
              metadata: {
                ...object.metadata,
                annotations: { 'orion-setup/relaxed-until': `${moment} minAvailable=1` },
              },
            }
          : object,
      ),
    });
    const remarks = async (moment: string) => pointOf(await verified(relaxed(moment)), 'pdb').remarks.join();
    expect(await remarks('2026-11-23T06:00:00Z')).toContain('auth-service-pdb is relaxed until 2026-11-23 06:00 UTC');
    expect(await remarks('2026-11-23T04:00:00Z')).toContain('is relaxed, and overdue since 2026-11-23 04:00 UTC');
  });
});

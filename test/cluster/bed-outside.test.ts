import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { addresses, currentBed, until } from './bed/bed.ts';
import { certificate, deployment, ingress, issuer, service } from './sample-objects.ts';

/** The world around the cluster: DNS, the ingress, the ACME servers, Prometheus. */
const bed = currentBed();

type Answer = { readonly status: number; readonly body: string; readonly headers: http.IncomingHttpHeaders };

const get = (host: string, path: string, address: string = addresses.loadBalancer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = http.get(
      { host: address, path, headers: { host }, agent: false, timeout: 2000 },
      async (response) => {
        resolve({ status: response.statusCode ?? 0, body: await text(response), headers: response.headers });
      },
    );
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', reject);
  });

describe('DNS', () => {
  const resolver = new Resolver();
  resolver.setServers([bed.resolver]);

  test('a name has what was set, and nothing more', async () => {
    const caa = [{ tag: 'issue', value: 'letsencrypt.org' }];
    await bed.dns.set('auth.dns.example', { a: ['203.0.113.9', '203.0.113.10'], aaaa: ['2001:db8::9'], caa });
    expect(await resolver.resolve4('auth.dns.example')).toEqual(['203.0.113.9', '203.0.113.10']);
    expect(await resolver.resolve6('auth.dns.example')).toEqual(['2001:db8::9']);
    expect(await resolver.resolveCaa('auth.dns.example')).toMatchObject([{ critical: 0, issue: 'letsencrypt.org' }]);
    await expect(resolver.resolveTxt('auth.dns.example')).rejects.toMatchObject({ code: 'ENODATA' });
    expect(await resolver.resolveNs('dns.example')).toEqual(['ns1.dns.example']);
  });

  test('names do not exist, fail, or are another name', async () => {
    await bed.dns.set('broken.dns.example', { servfail: true });
    await bed.dns.set('alias.dns.example', { cname: 'target.dns.example' });
    await bed.dns.set('target.dns.example', { a: ['203.0.113.9'] });
    await expect(resolver.resolve4('nobody.dns.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve4('broken.dns.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    expect(await resolver.resolve4('alias.dns.example')).toEqual(['203.0.113.9']);
    await bed.dns.remove('target.dns.example');
    await expect(resolver.resolve4('target.dns.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('the ingress', () => {
  let namespace = '';
  const host = 'shop.ingress.example';

  beforeAll(async () => {
    namespace = await bed.namespace('ingress');
    await bed.kubectl('apply -f -', deployment(namespace, 'app', 1));
    await bed.kubectl('apply -f -', service(namespace, 'app'));
    await bed.kubectl('apply -f -', ingress(namespace, 'shop', { host, service: 'app', path: '/health' }));
    await bed.kubectl(`-n ${namespace} rollout status deployment/app --timeout 60s`);
    await until('the ingress to reach the pod', async () => (await get(host, '/health')).status === 200 || undefined);
  });

  test('reaches the pods by host and path, and else is nginx', async () => {
    expect((await get(host, '/health')).body).toBe('{"status":"ok"}');
    for (const [otherHost, path] of [
      [host, '/elsewhere'],
      ['nobody.ingress.example', '/health'],
    ] as const) {
      const answer = await get(otherHost, path);
      expect(answer.status).toBe(404);
      expect(answer.body).toContain('<center>nginx</center>');
    }
  });

  test('publishes its address in the Ingress', async () => {
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/shop`;
    await until('the address', async () => {
      const seen = await bed.api.get(path);
      return seen.status?.loadBalancer?.ingress?.[0]?.ip === addresses.loadBalancer || undefined;
    });
  });

  test('has no endpoint, or one that refuses', async () => {
    await bed.kubectl(
      'apply -f -',
      ingress(namespace, 'nothing', { host: 'nothing.ingress.example', service: 'nothing' }),
    );
    expect((await get('nothing.ingress.example', '/')).status).toBe(503);
    await bed.kubectl('apply -f -', service(namespace, 'app', 3999));
    await until('the other port', async () => (await get(host, '/health')).status === 502 || undefined);
    await bed.kubectl('apply -f -', service(namespace, 'app'));
    await until('the port again', async () => (await get(host, '/health')).status === 200 || undefined);
  });

  test('keeps NetworkPolicies where they are enforced, and lets itself in by one', async () => {
    const policy = (name: string, rules: readonly object[]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: rules },
    });
    await bed.kubectl('apply -f -', policy('deny', []));
    expect((await get(host, '/health')).status).toBe(200);
    await bed.ingress.enforcePolicies(true);
    expect((await get(host, '/health')).status).toBe(504);
    const controller = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } };
    await bed.kubectl(
      'apply -f -',
      policy('allow', [{ from: [controller], ports: [{ port: 3001, protocol: 'TCP' }] }]),
    );
    expect((await get(host, '/health')).status).toBe(200);
    await bed.ingress.enforcePolicies(false);
  });

  test('redirects to HTTPS what has TLS, but never a challenge, and shows a certificate of its own until there is one', async () => {
    const secure = 'secure.ingress.example';
    await bed.kubectl(
      'apply -f -',
      ingress(namespace, 'secure', { host: secure, service: 'app', secretName: 'served-tls' }),
    );
    const answer = await get(secure, '/health?full');
    expect([answer.status, answer.headers.location]).toEqual([308, `https://${secure}/health?full`]);
    expect((await get(secure, '/.well-known/acme-challenge/x')).status).toBe(404);
    const shown = await new Promise<tls.PeerCertificate>((resolve, reject) => {
      const socket = tls.connect(
        { host: addresses.loadBalancer, port: 443, servername: secure, rejectUnauthorized: false },
        () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
    expect(shown.subject.CN).toBe('Kubernetes Ingress Controller Fake Certificate');
  });

  test('is intercepted, closed, and silent', async () => {
    await bed.ingress.respond({ host, pathPrefix: '/', status: 302, headers: { location: 'https://login.example/' } });
    expect((await get(host, '/health')).status).toBe(302);
    await bed.ingress.close(80);
    await expect(get(host, '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await bed.ingress.open(80);
    await bed.ingress.silence(true);
    await expect(get(host, '/health')).rejects.toThrow(/timed out/);
    await bed.ingress.reset();
    expect((await get(host, '/health')).status).toBe(200);
  });

  test('other addresses refuse or keep silent', async () => {
    for (const address of addresses.wrongTargets) {
      await expect(get(host, '/', address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
    await expect(get(host, '/', addresses.silent)).rejects.toThrow(/timed out/);
  });
});

describe('an ACME server', () => {
  const seen = async (
    namespace: string,
    kind: string,
    probe: (object: { status?: Record<string, string> }) => string | undefined,
  ) =>
    until(
      `what became of the ${kind}`,
      async () => {
        const { items } = await bed.api.get(`/apis/acme.cert-manager.io/v1/namespaces/${namespace}/${kind}`);
        return items.map(probe).find((each: string | undefined) => each !== undefined && each !== '');
      },
      60,
    );

  const hostOf = (namespace: string): string => `${namespace}.orion.example`;

  async function request(prefix: string, address: string = addresses.loadBalancer): Promise<string> {
    const namespace = await bed.namespace(prefix);
    const host = hostOf(namespace);
    await bed.dns.set(host, { a: [address] });
    const { directory, caBundle } = bed.acme.production;
    await bed.kubectl('apply -f -', issuer('bed-production', directory, caBundle));
    await until('the issuer to be ready', async () => {
      const { status } = await bed.api.get('/apis/cert-manager.io/v1/clusterissuers/bed-production');
      return status?.conditions?.[0]?.status === 'True' || undefined;
    });
    await bed.kubectl('apply -f -', certificate(namespace, host, 'bed-production'));
    return namespace;
  }

  test('refuses orders for a rate limit', async () => {
    const detail = 'too many certificates (5) already issued for this exact set of identifiers';
    await bed.acme.production.refuse('new-order', {
      type: 'rateLimited',
      detail,
      status: 429,
      retryAfterSeconds: 3600,
    });
    const namespace = await request('limit');
    const reason = await seen(namespace, 'orders', (order) => order.status?.['reason']);
    expect(reason).toContain(`429 urn:ietf:params:acme:error:rateLimited: ${detail}`);
    await bed.acme.production.reset();
  });

  test('fails a validation with its own words', async () => {
    const detail = 'DNS problem: SERVFAIL looking up CAA for orion.example';
    await bed.acme.production.failValidations({ type: 'caa', detail, status: 403 });
    const namespace = await request('caa');
    const reason = await seen(namespace, 'challenges', (challenge) =>
      challenge.status?.['state'] === 'invalid' ? challenge.status['reason'] : undefined,
    );
    expect(reason).toContain(`403 urn:ietf:params:acme:error:caa: ${detail}`);

    // It has not looked at another before that one's challenge is accepted.
    const waiting = await request('early', addresses.wrongTargets[0]);
    expect(await seen(waiting, 'challenges', (challenge) => challenge.status?.['state'])).toBe('pending');
    await bed.dns.set(hostOf(waiting), { a: [addresses.loadBalancer] });
    const accepted = await seen(waiting, 'challenges', (challenge) =>
      challenge.status?.['state'] === 'invalid' ? challenge.status['reason'] : undefined,
    );
    expect(accepted).toContain(
      `authorization error for ${hostOf(waiting)}: 403 urn:ietf:params:acme:error:caa: ${detail}`,
    );
    await bed.acme.production.reset();
  });
});

test('Prometheus scrapes what a selected ServiceMonitor names', async () => {
  const namespace = await bed.namespace('scrape');
  await bed.kubectl('apply -f -', deployment(namespace, 'app', 2));
  await bed.kubectl('apply -f -', {
    ...service(namespace, 'app'),
    metadata: { name: 'app', namespace, labels: { app: 'app' } },
  });
  await bed.kubectl('apply -f -', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'app', namespace, labels: { release: 'kube-prometheus-stack' } },
    spec: { selector: { matchLabels: { app: 'app' } }, endpoints: [{ port: 'http', interval: '1s' }] },
  });
  await bed.prometheus.start();
  const targets = '/api/v1/namespaces/monitoring/services/prometheus-operated:web/proxy/api/v1/targets?state=active';
  await until(
    'two targets that are up',
    async () => {
      const { data } = await bed.api.get(targets);
      const up = data.activeTargets.filter((target: { health: string }) => target.health === 'up');
      return up.length === 2 || undefined;
    },
    90,
  );
  await bed.prometheus.stop();
});

import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome, orion } from '../orion.ts';
import { answerAdmission, registerWebhook } from './admission-webhook.ts';
import { allows, denies } from './denying-policy.ts';
import { diagnosedLater } from './later.ts';
import { ask, consent, issued, issuer, namesExactly, newSite, type Site } from './site.ts';
import { strictEdge } from './strict-edge.ts';

/** Causes between the Challenge and what answers it, injected for real: refused, not ready, not scheduled, not let go. */
const bed = currentBed();

beforeEach(async () => {
  await bed.ingress.reset();
});

const challengesPath = (namespace: string): string =>
  `/apis/acme.cert-manager.io/v1/namespaces/${namespace}/challenges`;

/** Waits until a Challenge of this namespace is as wanted. */
const challenge = (namespace: string, is: (challenge: Json) => boolean): Promise<Json> =>
  until(`a Challenge in ${namespace}`, async () => (await bed.api.get(challengesPath(namespace))).items.find(is), 60);

/** A solver's pod stands behind its Service, the only one of such a namespace, a moment after that is made: nginx answers 503 until then. */
const solverReady = ({ namespace }: Site) =>
  until(`a ready solver in ${namespace}`, async () => {
    const { items } = await bed.api.get(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`);
    const endpoints = items.flatMap((slice: Json) => slice.endpoints ?? []);
    return endpoints.some(({ conditions }: Json) => conditions.ready === true) || undefined;
  });

const limit = ({ namespace }: Site, kind: 'ResourceQuota' | 'LimitRange', spec: object) =>
  bed.kubectl('apply -f -', { apiVersion: 'v1', kind, metadata: { name: 'tight', namespace }, spec });

const undo = (site: Site, home: string) =>
  orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home });

test('solver-pod-quota: goes on by itself once the quota leaves room', async () => {
  const site = await newSite('quota');
  await limit(site, 'ResourceQuota', { hard: { pods: '0' } });
  await ask(site);
  const { report } = await namesExactly(site, ['solver-pod-quota']);
  expect(report.findings[0]?.object).toMatchObject({ kind: 'ResourceQuota', name: 'tight' });
  const [, patch] = report.findings[0]?.remedies[0]?.commands ?? [];
  expect(patch).toContain(`patch resourcequota tight --type merge -p '{"spec":{"hard":{"pods":"1"}}}'`);
  await limit(site, 'ResourceQuota', { hard: { pods: '1' } });
  await issued(site);
});

test('solver-pod-quota: a LimitRange that the pod is too small for, mended as the remedy says', async () => {
  const site = await newSite('limits');
  await limit(site, 'LimitRange', { limits: [{ type: 'Container', min: { cpu: '100m' } }] });
  await ask(site);
  const { report } = await namesExactly(site, ['solver-pod-quota']);
  const command = report.findings[0]?.remedies[0]?.commands.at(-1) ?? '';
  const [, value] = /-p '(.*)'$/.exec(command) ?? [];
  await bed.kubectl(['patch', 'clusterissuer', site.issuer, '--type', 'json', '-p', value ?? '']);
  await issued(site);
});

test('solver-pod-policy-denied: Pod Security and a podTemplate, mended as the remedy says', async () => {
  const podTemplate = { spec: { securityContext: { runAsNonRoot: false } } };
  const site = await newSite('podsec', { solver: { ingressClassName: 'nginx', podTemplate } });
  await ask(site);
  const { report } = await namesExactly(site, ['solver-pod-policy-denied']);
  expect(report.findings[0]?.object).toMatchObject({ kind: 'ClusterIssuer', name: site.issuer });
  const [, value] = /-p '(.*)'$/.exec(report.findings[0]?.remedies[0]?.commands[0] ?? '') ?? [];
  await bed.kubectl(['patch', 'clusterissuer', site.issuer, '--type', 'json', '-p', value ?? '']);
  await issued(site);
});

test('solver-pod-policy-denied: a policy of the cluster for pods', async () => {
  const site = await newSite('policies');
  await denies(site, 'CREATE', 'pods', 'images must come from registry.orion.example');
  await ask(site);
  await namesExactly(site, ['solver-pod-policy-denied']);
  await allows(site);
  await issued(site);
});

test('solver-pod-not-ready: no node takes it', async () => {
  const site = await newSite('nonode', {
    solver: { ingressClassName: 'nginx', podTemplate: { spec: { nodeSelector: { disk: 'tape' } } } },
  });
  await ask(site);
  const { report } = await namesExactly(site, ['solver-pod-not-ready']);
  expect(report.findings[0]?.evidence[0]).toMatchObject({ path: 'status.conditions[PodScheduled]' });
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('solver-pod-not-ready: its image cannot be pulled', async () => {
  const podTemplate = { metadata: { annotations: { 'bed/behaves': 'image-pull' } } };
  const site = await newSite('pull', { solver: { ingressClassName: 'nginx', podTemplate } });
  await ask(site);
  const { report } = await namesExactly(site, ['solver-pod-not-ready']);
  expect(report.findings[0]?.because).toContain('ImagePullBackOff');
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('nginx-pathtype-exact-rejected: the webhook says so, and no other cause is named', async () => {
  const site = await newSite('exact');
  const webhook = await answerAdmission(site.namespace, (ingress) => {
    const exact = ingress.spec.rules[0].http.paths.find(({ pathType }: Json) => pathType === 'Exact');
    return exact && `ingress contains invalid paths: path ${exact.path} cannot be used with pathType Exact`;
  });
  try {
    await ask(site);
    const { report } = await namesExactly(site, ['nginx-pathtype-exact-rejected']);
    expect(report.findings[0]?.evidence.map(({ saw }) => saw)).toEqual(expect.arrayContaining(['1.15.1', '1.21.2']));
  } finally {
    await webhook.remove();
  }
  await issued(site);
});

test('nginx-admission-conflict: what an earlier Challenge left behind is deleted by --fix', async () => {
  const site = await newSite('conflict');
  const home = newHome();
  const old = { namespace: site.namespace, name: 'cm-acme-http-solver-old7x' };
  await bed.kubectl('apply -f -', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...old, labels: { 'acme.cert-manager.io/http01-solver': 'true' } },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: site.host,
          http: {
            paths: [
              {
                path: '/.well-known/acme-challenge/old',
                pathType: 'Exact',
                backend: { service: { name: 'gone', port: { number: 8089 } } },
              },
            ],
          },
        },
      ],
    },
  });
  const webhook = await answerAdmission(site.namespace, async (ingress) => {
    const [{ host, http }] = ingress.spec.rules;
    const path = http.paths[0].path as string;
    const has = await bed.api.find(`/apis/networking.k8s.io/v1/namespaces/${old.namespace}/ingresses/${old.name}`);
    return has && path.includes('acme-challenge')
      ? `host "${host}" and path "${path}" is already defined in ingress ${old.namespace}/${old.name}`
      : undefined;
  });
  try {
    await ask(site);
    const { report } = await namesExactly(site, ['nginx-admission-conflict']);
    expect(report.findings[0]?.object.name).toBe(old.name);
    const mended = await diagnosed(site.namespace, { home, more: consent(site) });
    expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
    expect(mended.stderr).toContain('cannot be taken back');
    await issued(site);
  } finally {
    await webhook.remove();
  }
});

test('nginx-admission-unavailable: nothing stands behind its Service', async () => {
  const site = await newSite('nohook');
  await bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${site.namespace}-admission`, namespace: 'ingress-nginx' },
    spec: { selector: { app: 'nobody' }, ports: [{ port: 443, targetPort: 8443 }] },
  });
  const webhook = await registerWebhook(site.namespace, {
    service: { namespace: 'ingress-nginx', name: `${site.namespace}-admission` },
  });
  try {
    await ask(site);
    const { report } = await namesExactly(site, ['nginx-admission-unavailable']);
    expect(report.findings[0]?.because).toContain(`ingress-nginx/${site.namespace}-admission`);
    expect(report.findings[0]?.because).toContain('no ready pod stands behind it');
  } finally {
    await webhook.remove();
    await bed.kubectl(`-n ingress-nginx delete service ${site.namespace}-admission`);
  }
  await issued(site);
});

test('selfcheck-hairpin: refused inside and answered outside, first waited for, then named', async () => {
  const outside = addresses.wrongTargets[0];
  const site = await newSite('hairpin', { dns: [outside] });
  const more = ['--connect-to', `${site.host}:80:${addresses.loadBalancer}:80`];
  await ask(site);
  await challenge(site.namespace, ({ status }) => /connection refused/.test(status?.reason ?? ''));
  await solverReady(site);
  const { report } = await diagnosed(site.namespace, { more });
  expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual([]);
  const later = await diagnosedLater(site.namespace, 3, more);
  expect(later.rootCauses, JSON.stringify(later, null, 2)).toEqual(['selfcheck-hairpin']);
  expect(later.findings[0]?.remedies[0]?.blockedBy).toBeNull();
  await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
  await issued(site);
});

test('tls-handshake-selfcheck: a temporary certificate by --fix, the annotation gone after undo', async () => {
  const site = await newSite('strict');
  const home = newHome();
  const edge = await strictEdge(site);
  try {
    await ask(site);
    await challenge(site.namespace, ({ status }) => /tls: handshake failure/.test(status?.reason ?? ''));
    await namesExactly(site, ['tls-handshake-selfcheck']);
    const mended = await diagnosed(site.namespace, { home, more: consent(site) });
    expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
    await issued(site);
  } finally {
    await edge.close();
  }
  expect((await undo(site, home)).code).toBe(0);
  const { metadata } = await bed.api.get(
    `/apis/cert-manager.io/v1/namespaces/${site.namespace}/certificates/auth-tls-cert`,
  );
  expect(metadata.annotations?.['cert-manager.io/issue-temporary-certificate']).toBeUndefined();
});

test('challenge-not-scheduled: another namespace asks for the same host and gets nowhere', async () => {
  const podTemplate = { metadata: { annotations: { 'bed/behaves': 'unready' } } };
  const first = await newSite('first', { solver: { ingressClassName: 'nginx', podTemplate } });
  const second = await newSite('second');
  await ask(first);
  await challenge(first.namespace, ({ status }) => status?.processing === true);
  await ask(second, { dnsNames: [first.host] });
  await challenge(second.namespace, ({ status }) => !status?.state);
  const young = await diagnosed(second.namespace);
  expect(young.report).toMatchObject({ outcome: 'waiting', rootCauses: [] });
  const report = await diagnosedLater(second.namespace, 6);
  expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual(['challenge-not-scheduled']);
  expect(report.findings[0]?.object).toMatchObject({ kind: 'Challenge', namespace: first.namespace });
  expect(report.findings[0]?.remedies[0]?.commands[0]).toBe(
    `orion-setup runbook cert-pending auth-tls-cert -n ${first.namespace}`,
  );
  await bed.kubectl(`-n ${first.namespace} delete certificate auth-tls-cert`);
  await issued(second);
});

test('challenge-finalizer-stuck: its clean-up is refused, the next Challenge only echoes it', async () => {
  const podTemplate = { metadata: { annotations: { 'bed/behaves': 'unready' } } };
  const site = await newSite('stuck', { solver: { ingressClassName: 'nginx', podTemplate } });
  await ask(site);
  await challenge(site.namespace, ({ status }) => status?.presented === true);
  await denies(site, 'DELETE', 'ingresses', 'ingresses may not be deleted here');
  // Another solver: cert-manager replaces the Challenge, and cannot clean up after the old one.
  await bed.kubectl('apply -f -', issuer(site));
  await challenge(site.namespace, ({ status }) => /^Error cleaning up challenge/.test(status?.reason ?? ''));
  const report = await diagnosedLater(site.namespace, 6);
  expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual(['challenge-finalizer-stuck']);
  expect(report.findings[0]?.because).toContain('ingresses may not be deleted here');
  await allows(site);
  await issued(site, 'auth-tls-cert', 120);
});

test('ingress-serves-default-cert: the Ingress is corrected by --fix, and put back by undo', async () => {
  const site = await newSite('fake');
  const home = newHome();
  await ask(site);
  await issued(site);
  const tls = (secretName: string) => JSON.stringify({ spec: { tls: [{ hosts: [site.host], secretName }] } });
  const patch = ['-n', site.namespace, 'patch', 'ingress', 'auth-ingress', '--type', 'merge', '-p'];
  await bed.kubectl([...patch, tls('auth-tls')]);
  const { report } = await namesExactly(site, ['ingress-serves-default-cert']);
  expect(report.impact).toContain('default certificate');
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  expect((await undo(site, home)).code).toBe(0);
  const { spec } = await bed.api.get(`/apis/networking.k8s.io/v1/namespaces/${site.namespace}/ingresses/auth-ingress`);
  expect(spec.tls).toEqual([{ hosts: [site.host], secretName: 'auth-tls' }]);
});

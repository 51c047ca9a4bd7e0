import { beforeAll, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { keepEvidence } from '../keep-evidence.ts';
import { keptWords } from '../kept-words.ts';
import { podSpec } from '../sample-objects.ts';
import { onKubelet, startKubelet } from './a-kubelet.ts';
import { comesTo, namesExactly, newSite, patched, type Site } from './site.ts';

/** A new version whose pods come to a real kubelet, with something wrong about a Secret or ConfigMap that it names. */
const bed = currentBed();
const said = keptWords();

const variable = (kind: 'secretKeyRef' | 'configMapKeyRef', name: string, key = 'here') => ({
  env: [{ name: 'VALUE', valueFrom: { [kind]: { name, key } } }],
});
const mounted = (volume: object) => ({
  volumes: [{ name: 'files', ...volume }],
  volumeMounts: [{ name: 'files', mountPath: '/files' }],
});
const items = [{ key: 'gone', path: 'gone' }];

const faults = {
  'env-secret': { differs: variable('secretKeyRef', 'gone'), says: /^secret "gone" not found$/ },
  'env-config-map': { differs: variable('configMapKeyRef', 'gone'), says: /^configmap "gone" not found$/ },
  'env-secret-key': { differs: variable('secretKeyRef', 'there', 'gone'), says: /^couldn't find key gone in Secret / },
  'env-config-map-key': {
    differs: variable('configMapKeyRef', 'there', 'gone'),
    says: /^couldn't find key gone in ConfigMap /,
  },
  'volume-secret': { differs: mounted({ secret: { secretName: 'gone' } }), says: /: secret "gone" not found$/ },
  'volume-config-map': { differs: mounted({ configMap: { name: 'gone' } }), says: /: configmap "gone" not found$/ },
  'volume-secret-key': {
    differs: mounted({ secret: { secretName: 'there', items } }),
    says: /: references non-existent secret key: gone$/,
  },
  'volume-config-map-key': {
    differs: mounted({ configMap: { name: 'there', items } }),
    says: /references non-existent config key: gone$/,
  },
  'volume-of-several': {
    differs: mounted({ projected: { sources: [{ secret: { name: 'gone' } }] } }),
    says: /: secret "gone" not found$/,
  },
};
const unreadable = {
  'env-unreadable': variable('secretKeyRef', 'there'),
  'volume-unreadable': mounted({ secret: { secretName: 'there' } }),
};

const sites = new Map<string, Site>();
const siteOf = (name: string): Site => sites.get(name) as Site;

const kept = (name: string) =>
  keepEvidence(`live-kubelet-${name}`, ['runbook', 'pdb-blocking', '-n', siteOf(name).namespace]);

async function roll(site: Site, { volumes = [], ...container }: Record<string, unknown>): Promise<void> {
  const spec = podSpec();
  const containers = spec.containers.map((one) => ({ ...one, ...container }));
  await patched(site, 'deployment/auth-service', {
    spec: { template: { spec: { ...spec, ...onKubelet, automountServiceAccountToken: false, volumes, containers } } },
  });
}

beforeAll(async () => {
  const all = {
    ...Object.fromEntries(Object.entries(faults).map(([name, { differs }]) => [name, differs])),
    ...unreadable,
  };
  await Promise.all(Object.keys(all).map(async (name) => sites.set(name, await newSite(name))));
  for (const { namespace } of sites.values()) {
    await bed.kubectl(`-n ${namespace} create secret generic there --from-literal=here=yes`);
    await bed.kubectl(`-n ${namespace} create configmap there --from-literal=here=yes`);
  }
  await startKubelet(Object.keys(faults).map((name) => siteOf(name).namespace));
  await Promise.all(Object.entries(all).map(([name, differs]) => roll(siteOf(name), differs)));
}, 180_000);

/** What the kubelet says of a container, or of a volume. */
async function wordsIn({ namespace }: Site): Promise<readonly string[]> {
  const { items: pods } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods`);
  const { items: events } = await bed.api.get(
    `/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DFailedMount`,
  );
  return [
    ...pods.flatMap(({ status }: { status: { containerStatuses?: { state: { waiting?: { message?: string } } }[] } }) =>
      (status.containerStatuses ?? []).map(({ state }) => state.waiting?.message ?? ''),
    ),
    ...events.map(({ message }: { message: string }) => message),
  ];
}

test.each(Object.entries(faults))('rollout-config-missing: %s', async (name, { says }) => {
  const { report } = await namesExactly(siteOf(name), ['rollout-config-missing'], 40);
  expect(report.findings[0]?.confidence).toBe('confirmed');
  await kept(name);
  said[name] = (await wordsIn(siteOf(name))).find((text) => says.test(text)) ?? '';
  expect(said[name]).not.toBe('');
});

test.each(Object.keys(unreadable))(
  'a kubelet that may not read the Secret is told as it says, and nothing is called missing: %s',
  async (name) => {
    const { report } = await comesTo(siteOf(name), 'problem', { seconds: 90 });
    expect(report.unrecognised?.quote).toContain('failed to sync secret cache');
    await kept(name);
    said[name] = (await wordsIn(siteOf(name))).find((text) => text.includes('failed to sync secret cache')) ?? '';
    expect(said[name]).not.toBe('');
  },
);

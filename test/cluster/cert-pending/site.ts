import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { diagnosed } from '../orion.ts';

const bed = currentBed();

/** A place of its own for each cause: namespace, host, issuer and Ingress, sound unless a test says otherwise. */
export type Site = {
  readonly namespace: string;
  readonly host: string;
  readonly issuer: string;
};

export async function newSite(
  prefix: string,
  differs: {
    readonly dns?: readonly string[] | null;
    readonly server?: string;
    readonly solver?: object;
    readonly email?: string;
  } = {},
): Promise<Site> {
  const namespace = await bed.namespace(prefix);
  const site = { namespace, host: `${namespace}.orion.example`, issuer: `${namespace}-acme` };
  if (differs.dns !== null) await bed.dns.set(site.host, { a: differs.dns ?? [addresses.loadBalancer] });
  await bed.kubectl('apply -f -', issuer(site, differs));
  await bed.kubectl('apply -f -', ingress(site));
  return site;
}

export const issuer = (
  site: Site,
  {
    server = bed.acme.staging.directory,
    solver = { ingressClassName: 'nginx' },
    email = 'platform@orion.example',
  }: { server?: string; solver?: object; email?: string } = {},
) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name: site.issuer },
  spec: {
    acme: {
      server,
      caBundle: Buffer.from(bed.acme.staging.caBundle).toString('base64'),
      email,
      privateKeySecretRef: { name: `${site.issuer}-account` },
      solvers: [{ http01: { ingress: solver } }],
    },
  },
});

export const ingress = ({ namespace, host }: Site) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'auth-ingress', namespace },
  spec: {
    ingressClassName: 'nginx',
    tls: [{ hosts: [host], secretName: 'auth-tls-secret' }],
    rules: [
      {
        host,
        http: {
          paths: [
            {
              path: '/health',
              pathType: 'Prefix',
              backend: { service: { name: 'auth-service', port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  },
});

const certificate = ({ namespace, host, issuer: name }: Site, spec: object = {}, metadataName = 'auth-tls-cert') => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: metadataName, namespace },
  spec: {
    secretName: 'auth-tls-secret',
    dnsNames: [host],
    issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name },
    ...spec,
  },
});

export const ask = (site: Site, spec: object = {}, name?: string) =>
  bed.kubectl('apply -f -', certificate(site, spec, name));

export const patchCertificate = ({ namespace }: Site, patch: object) =>
  bed.kubectl([
    '-n',
    namespace,
    'patch',
    'certificate',
    'auth-tls-cert',
    '--type',
    'merge',
    '-p',
    JSON.stringify(patch),
  ]);

/**
 * Waits until the Certificate is Ready for its present spec and cert-manager has done with it: Ready comes before Issuing is taken away.
 * Where it never is, says what the runbook thinks of it.
 */
export async function issued(site: Site, name = 'auth-tls-cert', seconds = 90): Promise<void> {
  const isReady = async () => {
    const { metadata, status } = await bed.api.get(
      `/apis/cert-manager.io/v1/namespaces/${site.namespace}/certificates/${name}`,
    );
    const conditionOf = (wanted: string) => status?.conditions?.find(({ type }: { type: string }) => type === wanted);
    const [ready, issuing] = [conditionOf('Ready'), conditionOf('Issuing')];
    const isCurrent = ready?.status === 'True' && ready.observedGeneration === metadata.generation;
    return isCurrent && issuing?.status !== 'True' ? true : undefined;
  };
  await until(`${name} Ready`, isReady, seconds).catch(async (error: Error) => {
    const { report } = await diagnosed(site.namespace);
    const challenges = await bed.kubectl(`-n ${site.namespace} get challenges,ingresses -o wide`);
    throw new Error(`${error.message}\n${challenges}\n${JSON.stringify(report, null, 2)}`);
  });
}

/**
 * Looks until a root cause is named, which must be exactly these: anything else named on the way is a wrong blame. With `KEEP_EVIDENCE`,
 * a folder, what was seen is kept there: what a live scenario is cut from (tools/cut-evidence.ts).
 */
export async function namesExactly(site: Site, codes: readonly string[], seconds = 60, kubeconfig = bed.kubeconfig) {
  let last = '';
  const seen = join(mkdtempSync(join(tmpdir(), 'orion-setup-seen-')), 'evidence.yaml');
  const found = await until(
    `the roots ${codes.join(', ')}`,
    async () => {
      const said = await diagnosed(site.namespace, { kubeconfig, more: ['--save', seen] });
      last = JSON.stringify(said.report, null, 2);
      return said.report.rootCauses.length > 0 ? said : undefined;
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last report: ${last}`);
  });
  expect(found.report.rootCauses, last).toEqual(codes);
  const { KEEP_EVIDENCE: kept } = process.env;
  if (kept) copyFileSync(seen, join(kept, `${codes.join('+')}-of-${site.namespace}.yaml`));
  return found;
}

/** Consent as the command line gives it without a profile: namespace and context. */
export const consent = ({ namespace }: Site): readonly string[] => [
  '--fix',
  '--yes',
  '--confirm',
  namespace,
  '--confirm',
  'bed',
];

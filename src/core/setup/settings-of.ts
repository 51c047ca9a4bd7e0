import { type ClusterFacts, request } from './effect.ts';
import {
  type AcmeSettings,
  type EnvironmentName,
  type EnvironmentSettings,
  environmentNames,
  letsEncrypt,
  monitoringParts,
  type Settings,
} from './settings.ts';
import { givenList, givenText, type Journey, known } from './state.ts';
import { keptSecret } from './steps/secrets.ts';

/** What was seen of the cluster that an environment lives on. */
export function clusterOf(journey: Journey, environment: EnvironmentName): ClusterFacts | undefined {
  const context = givenText(journey, `context.${environment}`);
  return context === undefined ? undefined : known(journey, request('look-cluster', 'prerequisites', { context }));
}

export function hostOf(journey: Journey, environment: EnvironmentName): string {
  const domain = givenText(journey, 'domain') ?? '';
  return (
    givenText(journey, `host.${environment}`) ?? `${environment === 'staging' ? 'auth-staging' : 'auth'}.${domain}`
  );
}

export function acmeOf(journey: Journey, environment: EnvironmentName): AcmeSettings {
  const caBundle = givenText(journey, `acme.${environment}.ca`);
  return {
    server: givenText(journey, `acme.${environment}.server`) ?? letsEncrypt[environment],
    ...(caBundle === undefined ? {} : { caBundle }),
  };
}

/** Whether any certificate comes from a CA with public rules; a private one may take example names. */
export function usesPublicCa(journey: Journey): boolean {
  return environmentNames.some((environment) => acmeOf(journey, environment).server === letsEncrypt[environment]);
}

/** The answers as templates need them; undefined while one is missing. `tree` is as answered: the engine makes it absolute. */
export function settingsOf(journey: Journey): Settings | undefined {
  const [first] = journey.wants.environments;
  const cluster = first && clusterOf(journey, first);
  const [domain, tree, image] = ['domain', 'tree', 'image'].map((id) => givenText(journey, id));
  if (!cluster || domain === undefined || tree === undefined || image === undefined) return undefined;
  const named = givenText(journey, 'ingress-class');
  const ingress =
    cluster.ingressClasses.find(({ name }) => name === named)?.facts ??
    (named === undefined ? cluster.ingressClasses[0]?.facts : undefined);
  const environments = environmentNames.flatMap((environment) => {
    const settings = environmentOf(journey, environment);
    return settings ? [[environment, settings] as const] : [];
  });
  return {
    domain,
    email: givenText(journey, 'email') || undefined,
    tree,
    image,
    imagePullSecrets: givenList(journey, 'pull-secrets') ?? [],
    allowFromNamespaces: givenList(journey, 'callers') ?? [],
    corsOrigins: givenList(journey, 'cors') ?? [],
    ingress: ingress ?? {
      className: named ?? 'nginx',
      namespace: 'ingress-nginx',
      nodeCidrs: [],
      allowsCustomHeaders: false,
    },
    monitorLabels: cluster.monitorLabels,
    ruleLabels: cluster.monitoring.ruleLabels,
    podMonitorLabels: cluster.monitoring.podMonitorLabels,
    certManagerNamespace: cluster.monitoring.certManagerNamespace,
    monitoring: monitoringParts.filter((part) =>
      (givenList(journey, 'monitoring') ?? cluster.monitoring.parts).includes(part),
    ),
    prometheusNamespace: cluster.prometheusNamespace,
    deniesByDefault: cluster.deniesByDefault,
    acme: { staging: acmeOf(journey, 'staging'), production: acmeOf(journey, 'production') },
    environments: Object.fromEntries(environments),
  };
}

function environmentOf(journey: Journey, environment: EnvironmentName): EnvironmentSettings | undefined {
  const context = givenText(journey, `context.${environment}`);
  const database = keptSecret(journey, environment, 'database-url')?.target;
  const redis = keptSecret(journey, environment, 'redis-url')?.target;
  if (context === undefined || database === undefined || redis === undefined) return undefined;
  return { context, host: hostOf(journey, environment), acme: acmeOf(journey, environment), database, redis };
}

import { listAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import {
  type EnvironmentName,
  type MonitoringPart,
  monitoringParts,
  namespaces,
  type Settings,
} from '../setup/settings.ts';
import type { Patch } from './merge.ts';

/** The objects that watch the service, by the part of the answers that brings them along. */
const objects: Readonly<Record<MonitoringPart, { readonly kind: string; readonly name: string }>> = {
  alerts: { kind: 'PrometheusRule', name: 'auth-service-alerts' },
  dashboard: { kind: 'ConfigMap', name: 'auth-service-dashboard' },
  'cert-manager': { kind: 'PodMonitor', name: 'cert-manager-metrics' },
};

/** Whether an object of the base comes along: it watches nothing, or its part was asked for. All of them where nobody was asked. */
export function isBroughtAlong({ kind, metadata }: KubernetesObject, settings: Pick<Settings, 'monitoring'>): boolean {
  const part = monitoringParts.find((one) => objects[one].kind === kind && objects[one].name === metadata.name);
  return part === undefined || isWatched(settings, part);
}

const isWatched = ({ monitoring = monitoringParts }: Pick<Settings, 'monitoring'>, part: MonitoringPart): boolean =>
  monitoring.includes(part);

/** Objects of the base that stay out of the environment's namespace, whatever the overlay stamps. */
export function objectsElsewhere(
  settings: Pick<Settings, 'monitoring' | 'certManagerNamespace'>,
): readonly { readonly kind: string; readonly name: string; readonly namespace: string }[] {
  if (!isWatched(settings, 'cert-manager')) return [];
  return [{ ...objects['cert-manager'], namespace: certManagerNamespaceOf(settings) }];
}

export const certManagerNamespaceOf = ({
  certManagerNamespace = 'cert-manager',
}: Pick<Settings, 'certManagerNamespace'>) => certManagerNamespace;

/** The base's rules for another namespace. Groups are a list, so they are written whole. */
export function alertsPatch(
  base: readonly KubernetesObject[],
  settings: Pick<Settings, 'monitoring' | 'certManagerNamespace'>,
  environment: EnvironmentName,
): Patch | undefined {
  const { kind, name } = objects.alerts;
  const rule = base.find((one) => one.kind === kind && one.metadata.name === name);
  if (rule === undefined || !isWatched(settings, 'alerts')) return undefined;
  const own = base.find((one) => one.kind === 'Namespace')?.metadata.name ?? 'orion';
  const word = (text: string) => new RegExp(`(?<![\\w./-])${text}(?![\\w./-])`, 'g');
  const [ownWord, environmentWord] = [word(own), word('ENV')];
  // `orion` as a word is the namespace; a part of a longer name (orion-setup) is not.
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value
        .replaceAll(ownWord, namespaces[environment])
        .replaceAll(environmentWord, environment)
        .replaceAll('-n cert-manager ', `-n ${certManagerNamespaceOf(settings)} `);
    if (Array.isArray(value)) return value.map(moved);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item)]));
  };
  return {
    apiVersion: rule.apiVersion,
    kind,
    metadata: { name },
    spec: { groups: listAt(rule, 'spec.groups').map(moved) },
  };
}

import type { ApiClient, Json } from '../api-client.ts';
import { installation } from './cluster.ts';

const customHeaders = 'nginx.ingress.kubernetes.io/custom-headers';

const configOf = async (api: ApiClient): Promise<Readonly<Record<string, string>>> =>
  (await api.find(`/api/v1/namespaces/${installation.namespace}/configmaps/${installation.deployment}`))?.data ?? {};

/** HSTS is the controller's own setting, on by default; it goes with answers over TLS only. */
function transportSecurity(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (config['hsts'] === 'false') return {};
  const subdomains = config['hsts-include-subdomains'] === 'false' ? '' : '; includeSubDomains';
  const preload = config['hsts-preload'] === 'true' ? '; preload' : '';
  return { 'strict-transport-security': `max-age=${config['hsts-max-age'] ?? '31536000'}${subdomains}${preload}` };
}

/** Headers of the ConfigMap that an Ingress names: all of them have to be allowed, or the annotation is refused as a whole. */
async function named(
  api: ApiClient,
  ingress: Json,
  config: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const reference = ingress.metadata.annotations?.[customHeaders];
  if (reference === undefined) return {};
  const [namespace, name] = reference.includes('/') ? reference.split('/') : [ingress.metadata.namespace, reference];
  const data = (await api.find(`/api/v1/namespaces/${namespace}/configmaps/${name}`))?.data ?? {};
  const allowed = (config['global-allowed-response-headers'] ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase());
  return Object.keys(data).every((header) => allowed.includes(header.toLowerCase())) ? data : {};
}

export async function addedHeaders(
  api: ApiClient,
  ingress: Json,
  overTls: boolean,
): Promise<Readonly<Record<string, string>>> {
  const config = await configOf(api);
  return { ...(await named(api, ingress, config)), ...(overTls ? transportSecurity(config) : {}) };
}

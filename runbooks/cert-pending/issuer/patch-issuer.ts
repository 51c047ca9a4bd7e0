import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** The command that changes `spec.acme` of an issuer of either kind. */
export function patchIssuer({ kind, metadata: { name, namespace } }: KubernetesObject, acme: object): string {
  const where = namespace ? ` -n ${namespace}` : '';
  return `kubectl patch ${kind.toLowerCase()} ${name}${where} --type merge -p '${JSON.stringify({ spec: { acme } })}'`;
}

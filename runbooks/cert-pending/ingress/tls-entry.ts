import type { Evidence } from '../../../src/core/diagnosis.ts';
import { nameOfObject } from '../../../src/core/evidence.ts';
import { listAt, textAt, textMapAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import { isServed } from '../../../src/core/kubernetes/ingress-routing.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** Why an Ingress does not lead from a host to a Secret, and the `tls` that would. */
export type TlsFault = {
  readonly is: 'no-ingress' | 'no-entry' | 'other-secret' | 'host-missing';
  readonly says: string;
  readonly ingress?: KubernetesObject;
  readonly tls?: readonly unknown[];
  readonly evidence: readonly Evidence[];
};

/** The Ingresses of the namespace that serve the host itself, without those of challenges. */
export function entriesFor(
  ingresses: readonly KubernetesObject[],
  host: string,
  classes: readonly string[],
): readonly KubernetesObject[] {
  return ingresses.filter(
    (ingress) =>
      textMapAt(ingress, 'metadata.labels')['acme.cert-manager.io/http01-solver'] !== 'true' &&
      isServed(ingress, classes) &&
      listAt(ingress, 'spec.rules').some((rule) => isFor(textAt(rule, 'host') ?? '', host)),
  );
}

const isFor = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));

/** Undefined where one of them names the Secret for the host, as it should be. */
export function tlsFaultOf(ingresses: readonly KubernetesObject[], host: string, secret: string): TlsFault | undefined {
  const all = ingresses.flatMap((ingress) =>
    listAt(ingress, 'spec.tls').map((entry) => ({
      ingress,
      entry,
      hosts: textsAt(entry, 'hosts'),
      secret: textAt(entry, 'secretName') ?? '',
    })),
  );
  const [first] = ingresses;
  if (!first) return { is: 'no-ingress', says: 'no Ingress of this namespace serves the host', evidence: [] };
  if (all.some((item) => item.secret === secret && item.hosts.includes(host))) return undefined;

  const forHost = all.find(({ hosts }) => hosts.includes(host));
  if (forHost) {
    const { ingress, entry, hosts } = forHost;
    const tls = replaced(ingress, entry, { ...(entry as object), secretName: secret });
    return {
      is: 'other-secret',
      says: `Ingress ${ingress.metadata.name} names Secret ${forHost.secret || '(none)'} for it, not ${secret}`,
      ingress,
      // An entry of several hosts would take the other ones along: then a person must part them.
      ...(hosts.length === 1 ? { tls } : {}),
      evidence: [
        { from: nameOfObject(ingress), path: 'spec.tls.secretName', saw: forHost.secret || 'absent', wanted: secret },
      ],
    };
  }
  const forSecret = all.find((item) => item.secret === secret);
  if (forSecret) {
    const { ingress, entry, hosts } = forSecret;
    return {
      is: 'host-missing',
      says: `Ingress ${ingress.metadata.name} names Secret ${secret}, but not for this host`,
      ingress,
      tls: replaced(ingress, entry, { ...(entry as object), hosts: [...hosts, host] }),
      evidence: [
        { from: nameOfObject(ingress), path: 'spec.tls.hosts', saw: hosts.join(', ') || 'absent', wanted: host },
      ],
    };
  }
  return {
    is: 'no-entry',
    says: `Ingress ${first.metadata.name} has no tls for it`,
    ingress: first,
    tls: [...listAt(first, 'spec.tls'), { hosts: [host], secretName: secret }],
    evidence: [{ from: nameOfObject(first), path: 'spec.tls', saw: 'no entry for the host', wanted: secret }],
  };
}

const replaced = (ingress: KubernetesObject, entry: unknown, by: unknown): readonly unknown[] =>
  listAt(ingress, 'spec.tls').map((item) => (item === entry ? by : item));

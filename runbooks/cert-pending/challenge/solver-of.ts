import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';
import { placeOf } from './towards-served-class.ts';

type Wanted = { readonly field: string; readonly value: unknown };

/** How the issuer's solver that a Challenge was made from is changed by hand: exactly where the issuer was seen, else by an editor. */
export function solverCommand(view: CertView, challenge: KubernetesObject, { field, value }: Wanted): string {
  const issuer = view.issuerIfSeen();
  const place = issuer ? placeOf(issuer, challenge) : -1;
  const kind = (textAt(challenge, 'spec.issuerRef.kind') || 'Issuer').toLowerCase();
  const name = textAt(challenge, 'spec.issuerRef.name') ?? '';
  const target = `${kind} ${name}${kind === 'issuer' ? ` -n ${challenge.metadata.namespace}` : ''}`;
  if (!issuer || place < 0) return `kubectl edit ${target}`;
  const path = `/spec/acme/solvers/${place}/${field}`;
  return `kubectl patch ${target} --type json -p ${quoted(JSON.stringify([{ op: 'add', path, value }]))}`;
}

/** A word of a shell's: what stands in somebody's pod template must not end it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The solver's HTTP-01 settings with `spec` merged into its pod template. */
export function withPodTemplate(challenge: KubernetesObject, spec: Readonly<Record<string, unknown>>): unknown {
  const ingress = mapAt(challenge, 'spec.solver.http01.ingress');
  const template = mapAt(ingress, 'podTemplate');
  return { ...ingress, podTemplate: { ...template, spec: { ...mapAt(template, 'spec'), ...spec } } };
}

function mapAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  const found = at(value, path);
  return found !== null && typeof found === 'object' && !Array.isArray(found)
    ? (found as Readonly<Record<string, unknown>>)
    : {};
}

import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { spending } from '../budget.ts';
import { type IssuerRef, issuerRefOf, ownGroup } from '../chain.ts';
import type { CertView } from '../view.ts';

export const issuerNotFound: Cause<CertView> = {
  code: 'issuer-not-found',
  title: 'The Certificate names an issuer that does not exist',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate, unfinished } = view;
    if (!certificate || !unfinished) return clear();
    const named = issuerRefOf(certificate);
    if (named.group !== ownGroup) return foreignGroup(view, certificate, named);
    if (!isOwnKind(named.kind)) return absent(view, certificate, named);
    return view.issuer() ? clear(`${named.kind} ${named.name} exists`) : absent(view, certificate, named);
  },
};

/**
 * Other groups have controllers of their own, and one that is silent may be down. The group is the fault only where nobody answers
 * within a minute (no Ready condition at all, seen) and an issuer of cert-manager's own bears the very name and kind.
 */
function foreignGroup(view: CertView, certificate: KubernetesObject, named: IssuerRef): Verdict {
  const request = view.request();
  const silent =
    request !== undefined &&
    condition(request, 'Approved')?.status === 'True' &&
    condition(request, 'Ready') === undefined;
  const since = timeAt(request, 'metadata.creationTimestamp');
  const late = silent && since && view.sight.now.getTime() - since.getTime() > 60_000;
  if (!late || !isOwnKind(named.kind)) return clear();
  const own = named.kind === 'ClusterIssuer' ? kinds.ClusterIssuer : kinds.Issuer;
  return view.sight.list(own, view.namespace).some(({ metadata }) => metadata.name === named.name)
    ? absent(view, certificate, named)
    : clear();
}

const isOwnKind = (kind: string): boolean => kind === 'Issuer' || kind === 'ClusterIssuer';

function absent(view: CertView, certificate: KubernetesObject, named: IssuerRef): Verdict {
  const meant = nearest(view, named);
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  return found({
    object: refTo(certificate),
    because: `${certificate.metadata.name} asks ${named.kind} "${named.name}"${named.group === ownGroup ? '' : ` of ${named.group}`}, and there is none.${
      meant ? ` There is ${meant.kind} "${meant.name}".` : ''
    }`,
    confidence: 'confirmed',
    evidence: [
      saw(
        certificate,
        'spec.issuerRef',
        meant ? JSON.stringify({ group: ownGroup, kind: meant.kind, name: meant.name }) : 'an issuer that exists',
      ),
      ...(request && ready ? [sawCondition(request, ready)] : []),
    ],
    remedies: meant
      ? [spending(view, pointTo(certificate, named, meant), meantIssuer(view, meant))]
      : [createOrName(certificate)],
  });
}

type Meant = { readonly kind: string; readonly name: string };

/**
 * The one issuer that can be meant: the same name of the other kind, or a name at most two letters away. Two candidates are none,
 * and so is one beside a list that may not be read.
 */
function nearest(view: CertView, named: IssuerRef): Meant | undefined {
  const [wide, own] = [view.sight.tryList(kinds.ClusterIssuer), view.sight.tryList(kinds.Issuer, view.namespace)];
  if (!wide.ok || !own.ok) return undefined;
  const all: Meant[] = [
    ...wide.value.map(({ metadata }) => ({ kind: 'ClusterIssuer', name: metadata.name })),
    ...own.value.map(({ metadata }) => ({ kind: 'Issuer', name: metadata.name })),
  ];
  const same = all.filter(({ name }) => name === named.name);
  const close = same.length > 0 ? same : all.filter(({ name }) => distance(name, named.name) <= 2);
  return close.length === 1 ? close[0] : undefined;
}

function meantIssuer(view: CertView, { kind, name }: Meant): KubernetesObject | undefined {
  const listed = view.sight.tryList(kind === 'ClusterIssuer' ? kinds.ClusterIssuer : kinds.Issuer, view.namespace);
  return listed.ok ? listed.value.find(({ metadata }) => metadata.name === name) : undefined;
}

/** Levenshtein's distance between two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function pointTo(certificate: KubernetesObject, named: IssuerRef, meant: Meant): Remedy {
  const owner = certificate.metadata.ownerReferences?.find(({ kind }) => kind === 'Ingress');
  const wanted = { group: ownGroup, kind: meant.kind, name: meant.name };
  const asked = owner !== undefined || crosses(named.name, meant.name);
  const json = JSON.stringify({ spec: { issuerRef: wanted } });
  const forIngress = `kubectl -n ${certificate.metadata.namespace} annotate ingress ${owner?.name} --overwrite cert-manager.io/${
    meant.kind === 'ClusterIssuer' ? 'cluster-issuer' : 'issuer'
  }=${meant.name}`;
  return {
    id: 'point-to-existing-issuer',
    title: `Name ${meant.kind} "${meant.name}" instead of ${named.kind} "${named.name}"`,
    risk: 'low',
    automatic: asked ? 'no' : 'yes',
    commands: [
      owner
        ? forIngress
        : `kubectl -n ${certificate.metadata.namespace} patch certificate ${certificate.metadata.name} --type merge -p '${json}'`,
    ],
    changes: asked ? [] : [patchOf(certificate, [{ path: ['spec', 'issuerRef'], to: wanted }])],
    undo: 'Names the issuer as before.',
    reversible: true,
    blockedBy: owner ? `the Certificate is made from Ingress ${owner.name}, which would write it back` : null,
    healsWithin: 180,
  };
}

/** From the test CA to the real one or back is a decision, not a correction. */
function crosses(from: string, to: string): boolean {
  const stage = (name: string) => (/stag/i.test(name) ? 'staging' : /prod|prd/i.test(name) ? 'production' : undefined);
  const [before, after] = [stage(from), stage(to)];
  return before !== undefined && after !== undefined && before !== after;
}

function createOrName({ metadata: { namespace, name } }: KubernetesObject): Remedy {
  return byHand({
    id: 'name-an-issuer',
    title: 'Create the issuer, or name one that exists',
    commands: [
      `kubectl get clusterissuers; kubectl -n ${namespace} get issuers`,
      `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"issuerRef":{"group":"${ownGroup}","kind":"ClusterIssuer","name":"NAME"}}}'`,
    ],
  });
}

import { at, condition, listAt, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { rsaKey } from '../authority.ts';
import { fnv1 } from '../checksums.ts';
import { timeText } from '../cluster.ts';
import { requestedIn } from '../signing-request.ts';
import { issuerRefOf } from './certificate-policy.ts';
import { issuerOf, issuerStirred } from './issuer-of.ts';
import { pairOf } from './secret-pair.ts';
import { type NewCondition, ownerOf, statusOf, withCondition } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const approver = 'cert-manager-certificaterequests-approver';
const issuers = ['acme', 'ca', 'selfsigned'].map((type) => `cert-manager-certificaterequests-issuer-${type}`);
const acme = 'cert-manager-certificaterequests-issuer-acme';

/** Approves CertificateRequests and gets them signed; for ACME by an Order (cert-manager, pkg/controller/certificaterequests). */
export const certificateRequests: Controller = {
  name: 'cert-manager-certificaterequests',
  reconcile: (view) => joined(view.of(kinds.CertificateRequest).map((request) => requestOne(view, request))),
};

function requestOne(view: View, request: KubernetesObject): Turn {
  const owns = (item: KubernetesObject): boolean =>
    item.metadata.ownerReferences?.some(({ uid }) => uid === request.metadata.uid) ?? false;
  if (!view.isStirred(request) && !view.stirred(kinds.Order, owns) && !issuerStirred(view, request)) return idle;
  if (request.metadata.deletionTimestamp !== undefined) return idle;
  const { group, kind } = issuerRefOf(request);
  const isOurs = group === 'cert-manager.io';
  if (!condition(request, 'Approved') && !condition(request, 'Denied')) return approve(view, request, isOurs);
  const ready = condition(request, 'Ready');
  if (
    !isOurs ||
    (kind !== 'Issuer' && kind !== 'ClusterIssuer') ||
    ready?.status === 'True' ||
    ready?.reason === 'Failed' ||
    ready?.reason === 'Denied'
  )
    return idle;
  if (condition(request, 'Denied')?.status === 'True') {
    return settle(
      view,
      request,
      {
        type: 'Ready',
        status: 'False',
        reason: 'Denied',
        message: 'The CertificateRequest was denied by an approval controller',
      },
      [],
      { failureTime: timeText(view.now) },
    );
  }
  const issuer = issuerOf(view, request);
  if (!issuer) return waitForIssuer(view, request, 'IssuerNotFound', missing(request));
  if (condition(issuer, 'Ready')?.status !== 'True')
    return waitForIssuer(view, request, 'IssuerNotReady', 'Referenced issuer does not have a Ready status condition');
  return at(issuer, 'spec.acme') === undefined ? signAtOnce(view, request, issuer) : byOrder(view, request);
}

/** Nobody withholds approval here; the issuers' waiting is told in every healthy request too. */
function approve(view: View, request: KubernetesObject, isOurs: boolean): Turn {
  const message = 'Certificate request has been approved by cert-manager.io';
  const waiting = issuers.map(
    (by): Write => event(request, by, 'WaitingForApproval', 'Not signing CertificateRequest until it is Approved'),
  );
  const turn = settle(view, request, { type: 'Approved', status: 'True', reason: 'cert-manager.io', message }, [
    event(request, approver, 'cert-manager.io', message),
  ]);
  return { writes: [...(isOurs ? waiting : []), ...turn.writes] };
}

function missing(request: KubernetesObject): string {
  const { kind, name } = issuerRefOf(request);
  return `Referenced "${kind}" not found: ${kind.toLowerCase()}.cert-manager.io "${name}" not found`;
}

/** Every issuer controller says it: none knows yet that the issuer is its own. */
function waitForIssuer(view: View, request: KubernetesObject, reason: string, message: string): Turn {
  if (condition(request, 'Ready')?.message === message) return idle;
  const said = issuers.map((by) => event(request, by, reason, message));
  return settle(view, request, { type: 'Ready', status: 'False', reason: 'Pending', message }, said);
}

function signAtOnce(view: View, request: KubernetesObject, issuer: KubernetesObject): Turn {
  const key = keyOf(view, request);
  const wanted = requestedIn(requestText(request)) ?? { commonName: '', hosts: [] };
  const { chain, root } = view.signer.sign(
    { issuer: issuer.metadata.name },
    { ...wanted, key, now: view.now, days: 90 },
  );
  return issued(
    view,
    request,
    encoded(chain),
    encoded(root),
    `cert-manager-certificaterequests-issuer-${at(issuer, 'spec.selfSigned') === undefined ? 'ca' : 'selfsigned'}`,
  );
}

function byOrder(view: View, request: KubernetesObject): Turn {
  const asked = requestedIn(requestText(request));
  if (asked && asked.commonName !== '' && !asked.hosts.includes(asked.commonName)) {
    const message = `The CSR PEM requests a commonName that is not present in the list of dnsNames or ipAddresses. If a commonName is set, ACME requires that the value is also present in the list of dnsNames or ipAddresses: "${asked.commonName}" does not exist in [${asked.hosts.join(' ')}] or []`;
    return failed(view, request, 'InvalidOrder', message);
  }
  const order = view
    .of(kinds.Order, request.metadata.namespace)
    .find((item) => item.metadata.ownerReferences?.some(({ uid }) => uid === request.metadata.uid));
  if (!order) return makeOrder(request, asked?.hosts ?? hostsOfOwner(view, request), asked?.commonName ?? '');
  const state = textAt(order, 'status.state') ?? '';
  if (state === 'valid') return issued(view, request, textAt(order, 'status.certificate') ?? '', undefined, acme);
  if (state === 'invalid' || state === 'errored' || state === 'expired') {
    const reason = textAt(order, 'status.reason') ?? '';
    return failed(
      view,
      request,
      'OrderFailed',
      `Failed to wait for order resource "${order.metadata.name}" to become ready: order is in "${state}" state: ${reason}`,
    );
  }
  const message = `Waiting on certificate issuance from order ${order.metadata.namespace}/${order.metadata.name}: "${state}"`;
  return condition(request, 'Ready')?.message === message
    ? idle
    : settle(view, request, { type: 'Ready', status: 'False', reason: 'Pending', message }, []);
}

const hostsOfOwner = (view: View, request: KubernetesObject): readonly string[] => {
  const owner = view
    .of(kinds.Certificate, request.metadata.namespace)
    .find(({ metadata }) => request.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  return listAt(owner, 'spec.dnsNames').filter((name) => typeof name === 'string');
};

/** The Order is named by what is asked for, without the request itself. */
function makeOrder(request: KubernetesObject, dnsNames: readonly string[], commonName: string): Turn {
  const { name, namespace = '', annotations = {} } = request.metadata;
  const issuerRef = at(request, 'spec.issuerRef') as {
    readonly name: string;
    readonly kind?: string;
    readonly group?: string;
  };
  const ordered = {
    name: issuerRef.name,
    ...(issuerRef.kind ? { kind: issuerRef.kind } : {}),
    ...(issuerRef.group ? { group: issuerRef.group } : {}),
  };
  const spec = { request: null, issuerRef: ordered, ...(commonName === '' ? {} : { commonName }), dnsNames };
  const orderName = `${name.slice(0, 52)}-${fnv1(JSON.stringify(spec))}`;
  const order: KubernetesObject = {
    apiVersion: 'acme.cert-manager.io/v1',
    kind: 'Order',
    metadata: { name: orderName, namespace, annotations, ownerReferences: [ownerOf(request)] },
    spec: { ...spec, request: textAt(request, 'spec.request') },
  };
  return {
    writes: [
      { do: 'create', object: order, by: acme },
      event(request, acme, 'OrderCreated', `Created Order resource ${namespace}/${orderName}`),
    ],
  };
}

function issued(view: View, request: KubernetesObject, certificate: string, ca: string | undefined, by: string): Turn {
  const message = 'Certificate fetched from issuer successfully';
  return settle(
    view,
    request,
    { type: 'Ready', status: 'True', reason: 'Issued', message },
    [event(request, by, 'CertificateIssued', message)],
    {
      certificate,
      ...(ca === undefined ? {} : { ca }),
    },
  );
}

function failed(view: View, request: KubernetesObject, reason: string, message: string): Turn {
  const said: Write = { do: 'event', about: request, type: 'Warning', reason, message, by: acme };
  return settle(view, request, { type: 'Ready', status: 'False', reason: 'Failed', message }, [said], {
    failureTime: timeText(view.now),
  });
}

function settle(
  view: View,
  request: KubernetesObject,
  wanted: NewCondition,
  events: readonly Write[],
  more: object = {},
): Turn {
  const status = { ...withCondition(statusOf(request), wanted, view.now), ...more };
  return { writes: [{ do: 'status', object: request, status, by: 'cert-manager-certificaterequests' }, ...events] };
}

/** The key that the request was signed with; a planted request may have lost it, and any will do then. */
export function keyOf(view: View, request: KubernetesObject): string {
  const name = request.metadata.annotations?.['cert-manager.io/private-key-secret-name'] ?? '';
  const secret = view.get(kinds.Secret, request.metadata.namespace, name);
  return (secret && pairOf(secret).key) || rsaKey('certificates', 2048, 'pkcs1');
}

const requestText = (request: KubernetesObject): string =>
  Buffer.from(textAt(request, 'spec.request') ?? '', 'base64').toString();
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const event = (about: KubernetesObject, by: string, reason: string, message: string): Write => ({
  do: 'event',
  about,
  type: 'Normal',
  reason,
  message,
  by,
});

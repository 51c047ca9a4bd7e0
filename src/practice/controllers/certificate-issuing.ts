import { at, condition, textAt, textMapAt, textsAt, timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { rsaKey } from '../authority.ts';
import { signingRequest } from '../signing-request.ts';
import { fail, succeed } from './certificate-outcome.ts';
import {
  isIssuing,
  issuerRefOf,
  keyMismatches,
  keySizeOf,
  requestMismatches,
  requestsOf,
  revisionOf,
} from './certificate-policy.ts';
import { pairOf } from './secret-pair.ts';
import { ownerOf, statusOf } from './status.ts';
import { storeTemporary, wantsTemporary } from './temporary-certificate.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const keyManager = 'cert-manager-certificates-key-manager';
const requestManager = 'cert-manager-certificates-request-manager';
const issuing = 'cert-manager-certificates-issuing';

/**
 * Carries an issuance through: the next private key, the request, and what came of it. In cert-manager these are three controllers
 * (pkg/controller/certificates/{keymanager,requestmanager,issuing}), and the events are theirs.
 */
export const certificateIssuing: Controller = {
  name: issuing,
  reconcile: (view) => joined(view.of(kinds.Certificate).map((certificate) => issueOne(view, certificate))),
};

function issueOne(view: View, certificate: KubernetesObject): Turn {
  if (!isIssuing(certificate) || certificate.metadata.deletionTimestamp !== undefined) return idle;
  const stirred =
    view.isStirred(certificate) ||
    view.stirred(
      kinds.CertificateRequest,
      (item) => item.metadata.ownerReferences?.some(({ uid }) => uid === certificate.metadata.uid) ?? false,
    );
  if (!stirred) return idle;
  const { namespace = '' } = certificate.metadata;
  const keySecret = view.get(kinds.Secret, namespace, textAt(certificate, 'status.nextPrivateKeySecretName') ?? '');
  const next = Number(at(certificate, 'status.revision') ?? 0) + 1;
  const request = requestsOf(view, certificate).find((item) => revisionOf(item) === next);
  if (request && isStale(certificate, request)) return { writes: [{ do: 'delete', object: request }] };
  const outcome = request && condition(request, 'Ready');
  if (request && outcome?.status === 'True') return succeed(view, certificate, request, keySecret, next);
  if (request && outcome && (outcome.reason === 'Failed' || outcome.reason === 'Denied'))
    return fail(view, certificate, request, outcome.message, keySecret);
  if (keySecret && !request && keyMismatches(certificate, pairOf(keySecret).key).length > 0)
    return { writes: [{ do: 'delete', object: keySecret }] };
  if (!keySecret) return makeKey(view, certificate);
  if (wantsTemporary(view, certificate)) return storeTemporary(view, certificate, pairOf(keySecret).key);
  return request ? idle : makeRequest(certificate, pairOf(keySecret).key, keySecret.metadata.name, next);
}

/** A request that failed in an earlier try, or that the spec has left behind: it gives way to one of the same name. */
function isStale(certificate: KubernetesObject, request: KubernetesObject): boolean {
  const issuingSince = condition(certificate, 'Issuing')?.lastTransitionTime;
  const failedAt = timeAt(request, 'status.failureTime');
  const isOldFailure = failedAt !== undefined && issuingSince !== undefined && failedAt < issuingSince;
  return isOldFailure || requestMismatches(certificate, request).length > 0;
}

function makeKey(view: View, certificate: KubernetesObject): Turn {
  const { name, namespace = '' } = certificate.metadata;
  const held = view.get(kinds.Secret, namespace, textAt(certificate, 'spec.secretName') ?? '');
  const heldKey = held ? pairOf(held).key : '';
  const keeps = textAt(certificate, 'spec.privateKey.rotationPolicy') === 'Never' && heldKey !== '';
  const mismatching = keeps ? keyMismatches(certificate, heldKey) : [];
  if (mismatching.length > 0) return cannotRegenerate(view, certificate, held?.metadata.name ?? '', mismatching);
  const secretName = `${name}-${view.names.suffix()}`;
  const key = keeps
    ? heldKey
    : rsaKey(
        'certificates',
        keySizeOf(certificate),
        textAt(certificate, 'spec.privateKey.encoding') === 'PKCS8' ? 'pkcs8' : 'pkcs1',
      );
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName,
      generateName: `${name}-`,
      namespace,
      labels: { 'cert-manager.io/next-private-key': 'true', 'controller.cert-manager.io/fao': 'true' },
      ownerReferences: [ownerOf(certificate)],
    },
    data: { 'tls.key': Buffer.from(key).toString('base64') },
    type: 'Opaque',
  };
  return {
    writes: [
      { do: 'create', object: secret, by: keyManager },
      {
        do: 'status',
        object: certificate,
        status: { ...statusOf(certificate), nextPrivateKeySecretName: secretName },
        by: keyManager,
      },
      eventOn(
        certificate,
        keyManager,
        'Generated',
        `Stored new private key in temporary Secret resource "${secretName}"`,
      ),
    ],
  };
}

/** Said once for each state of the Certificate: the controller is asked again with every change. */
function cannotRegenerate(
  view: View,
  certificate: KubernetesObject,
  secretName: string,
  fields: readonly string[],
): Turn {
  const about = `cannot-regenerate ${certificate.metadata.uid}`;
  const state = `${certificate.metadata.generation} ${fields.join(' ')}`;
  if (view.recall(about) === state) return idle;
  const message = `User intervention required: existing private key in Secret "${secretName}" does not match requirements on Certificate resource, mismatching fields: [${fields.join(' ')}], but cert-manager cannot create new private key as the Certificate's .spec.privateKey.rotationPolicy is unset or set to Never. To allow cert-manager to create a new private key you can set .spec.privateKey.rotationPolicy to 'Always' (this will result in the private key being regenerated every time a cert is renewed) `;
  return {
    writes: [
      { do: 'event', about: certificate, type: 'Warning', reason: 'CannotRegenerateKey', message, by: keyManager },
      { do: 'remember', about, value: state },
    ],
  };
}

function makeRequest(certificate: KubernetesObject, key: string, keySecret: string, revision: number): Turn {
  const { name, namespace = '' } = certificate.metadata;
  const requestName = `${name}-${revision}`;
  const wanted = {
    commonName: textAt(certificate, 'spec.commonName') ?? '',
    hosts: textsAt(certificate, 'spec.dnsNames'),
  };
  const { name: issuer, kind, group } = issuerRefOf(certificate);
  const given = at(certificate, 'spec.issuerRef') as { readonly kind?: string; readonly group?: string } | undefined;
  const duration = textAt(certificate, 'spec.duration');
  const request: KubernetesObject = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'CertificateRequest',
    metadata: {
      name: requestName,
      namespace,
      annotations: {
        'cert-manager.io/certificate-name': name,
        'cert-manager.io/certificate-revision': String(revision),
        'cert-manager.io/private-key-secret-name': keySecret,
      },
      labels: textMapAt(certificate, 'metadata.labels'),
      ownerReferences: [ownerOf(certificate)],
    },
    spec: {
      ...(duration === undefined ? {} : { duration }),
      issuerRef: {
        name: issuer,
        ...(given?.kind === undefined ? {} : { kind }),
        ...(given?.group === undefined ? {} : { group }),
      },
      request: Buffer.from(signingRequest(wanted, key)).toString('base64'),
    },
  };
  return {
    writes: [
      { do: 'create', object: request, by: requestManager },
      eventOn(certificate, requestManager, 'Requested', `Created new CertificateRequest resource "${requestName}"`),
    ],
  };
}

const eventOn = (about: KubernetesObject, by: string, reason: string, message: string): Write => ({
  do: 'event',
  about,
  type: 'Normal',
  reason,
  message,
  by,
});

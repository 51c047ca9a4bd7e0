import { createHash } from 'node:crypto';
import { at, condition, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { rsaKey } from '../authority.ts';
import { isMap } from '../json.ts';
import { type NewCondition, statusOf, withCondition } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

/** Registers the accounts of ACME issuers with the servers of the world (cert-manager, pkg/issuer/acme/setup.go). */
export const issuers: Controller = {
  name: 'cert-manager-issuers',
  reconcile: (view) =>
    joined([...view.of(kinds.ClusterIssuer), ...view.of(kinds.Issuer)].map((issuer) => issuerOne(view, issuer))),
};

const sourceOf = (issuer: KubernetesObject): string =>
  issuer.kind === 'ClusterIssuer' ? 'cert-manager-clusterissuers' : 'cert-manager-issuers';

function isAuthorityStirred(view: View, issuer: KubernetesObject): boolean {
  const name = textAt(issuer, 'spec.ca.secretName');
  if (name === undefined) return false;
  return view.stirred(kinds.Secret, ({ metadata }) => metadata.name === name && metadata.namespace === homeOf(issuer));
}

function issuerOne(view: View, issuer: KubernetesObject): Turn {
  if (!view.isStirred(issuer) && !view.worldStirred && !isAuthorityStirred(view, issuer)) return idle;
  const server = textAt(issuer, 'spec.acme.server');
  if (server === undefined) return verified(view, issuer);
  const email = textAt(issuer, 'spec.acme.email') ?? '';
  const sound = versionTwo(server);
  if (sound !== undefined)
    return refused(
      view,
      issuer,
      'InvalidConfig',
      `Your ACME server URL is set to a v1 endpoint (${server}). You should update the spec.acme.server field to "${sound}"`,
    );
  if (!URL.canParse(server))
    return refused(
      view,
      issuer,
      'InvalidURL',
      `Failed to parse existing ACME server URI "${server}": parse "${server}": invalid URI for request`,
    );

  const held = isMap(statusOf(issuer)['acme']) ? (statusOf(issuer)['acme'] as Record<string, unknown>) : {};
  const isRegistered = typeof held['uri'] === 'string' && new URL(held['uri']).host === new URL(server).host;
  const behaviour = view.world.acme[server];
  // A registration that stands is not tried again: Ready=True says what once was.
  if (isRegistered && held['lastRegisteredEmail'] === email && condition(issuer, 'Ready')?.status === 'True')
    return observed(view, issuer);
  if (behaviour?.unreachable !== undefined) return unreachable(view, issuer, server, behaviour.unreachable);
  if (behaviour?.refusesContact !== undefined) {
    // The blank that is missing is missing in cert-manager too.
    return isRegistered
      ? refused(view, issuer, 'ErrUpdateACMEAccount', `Failed to update ACME account:${behaviour.refusesContact}`)
      : refused(view, issuer, 'ErrRegisterACMEAccount', `Failed to register ACME account: ${behaviour.refusesContact}`);
  }
  return register(view, issuer, server, email);
}

/** The two servers of Let's Encrypt's first protocol, and what to write instead. */
function versionTwo(server: string): string | undefined {
  if (server.startsWith('https://acme-v01.api.letsencrypt.org/'))
    return 'https://acme-v02.api.letsencrypt.org/directory';
  return server.startsWith('https://acme-staging.api.letsencrypt.org/')
    ? 'https://acme-staging-v02.api.letsencrypt.org/directory'
    : undefined;
}

function register(view: View, issuer: KubernetesObject, server: string, email: string): Turn {
  const secretName = textAt(issuer, 'spec.acme.privateKeySecretRef.name') ?? '';
  const namespace = homeOf(issuer);
  const by = sourceOf(issuer);
  const key = rsaKey('acme account', 2048, 'pkcs1');
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace, labels: { 'controller.cert-manager.io/fao': 'true' } },
    type: 'Opaque',
    data: { 'tls.key': Buffer.from(key).toString('base64') },
  };
  const makesKey: readonly Write[] =
    secretName === '' || view.get(kinds.Secret, namespace, secretName) ? [] : [{ do: 'create', object: secret, by }];
  const acme = {
    uri: `${new URL('.', server).href}acme/acct/${parseInt(createHash('sha256').update(`${issuer.metadata.uid}`).digest('hex').slice(0, 7), 16)}`,
    lastRegisteredEmail: email,
    lastPrivateKeyHash: createHash('sha256').update(key).digest('base64'),
  };
  const status = conditionOf(view, issuer, {
    status: 'True',
    reason: 'ACMEAccountRegistered',
    message: 'The ACME account was registered with the ACME server',
  });
  return { writes: [...makesKey, { do: 'status', object: issuer, status: { ...status, acme }, by }] };
}

/** A failed fetch is told by an event and tried again; a refusal of the server's is neither. */
function unreachable(view: View, issuer: KubernetesObject, server: string, error: string): Turn {
  const told = `Get "${server}": ${error}`;
  const turn = refused(view, issuer, 'ErrRegisterACMEAccount', `Failed to register ACME account: ${told}`);
  if (turn.writes.length === 0) return turn;
  return {
    writes: [
      ...turn.writes,
      {
        do: 'event',
        about: issuer,
        type: 'Warning',
        reason: 'ErrInitIssuer',
        message: `Error initializing issuer: ${told}`,
        by: sourceOf(issuer),
      },
    ],
  };
}

function refused(
  view: View,
  issuer: KubernetesObject,
  reason: string,
  message: string,
  rest: Record<string, unknown> = { acme: {} },
): Turn {
  const held = condition(issuer, 'Ready');
  if (
    held?.status === 'False' &&
    held.reason === reason &&
    held.message === message &&
    held.observedGeneration === issuer.metadata.generation
  )
    return idle;
  const status = conditionOf(view, issuer, { status: 'False', reason, message });
  return { writes: [{ do: 'status', object: issuer, status: { ...rest, ...status }, by: sourceOf(issuer) }] };
}

function observed(view: View, issuer: KubernetesObject): Turn {
  const held = condition(issuer, 'Ready');
  if (!held || held.observedGeneration === issuer.metadata.generation) return idle;
  return {
    writes: [
      {
        do: 'status',
        object: issuer,
        status: conditionOf(view, issuer, { status: 'True', reason: held.reason, message: held.message }),
        by: sourceOf(issuer),
      },
    ],
  };
}

/** Issuers that sign by themselves. What stands in the Secret of an authority is taken as sound (cert-manager, pkg/issuer/ca/setup.go). */
function verified(view: View, issuer: KubernetesObject): Turn {
  const authority = textAt(issuer, 'spec.ca.secretName');
  if (authority !== undefined && !view.get(kinds.Secret, homeOf(issuer), authority)) {
    const why = `secrets "${authority}" not found`;
    return refused(view, issuer, 'ErrGetKeyPair', `Error getting keypair for CA issuer: ${why}`, {});
  }
  if (condition(issuer, 'Ready')?.status === 'True') return idle;
  if (authority === undefined && at(issuer, 'spec.selfSigned') === undefined) return idle;
  const known =
    authority === undefined
      ? { reason: 'IsReady', message: '' }
      : { reason: 'KeyPairVerified', message: 'Signing CA verified' };
  const status = conditionOf(view, issuer, { status: 'True', ...known });
  return { writes: [{ do: 'status', object: issuer, status, by: sourceOf(issuer) }] };
}

/** Where the Secrets are that an issuer names. */
const homeOf = ({ kind, metadata }: KubernetesObject): string =>
  kind === 'ClusterIssuer' ? 'cert-manager' : (metadata.namespace ?? '');

const conditionOf = (
  view: View,
  issuer: KubernetesObject,
  wanted: Pick<NewCondition, 'status' | 'reason' | 'message'>,
): Record<string, unknown> =>
  withCondition(
    statusOf(issuer),
    { type: 'Ready', ...wanted, observedGeneration: issuer.metadata.generation },
    view.now,
  );

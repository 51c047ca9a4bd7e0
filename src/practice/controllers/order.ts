import { at, listAt, textAt, textsAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { fnv1 } from '../checksums.ts';
import { timeText } from '../cluster.ts';
import { same } from '../json.ts';
import { requestedIn } from '../signing-request.ts';
import { keyOf } from './certificate-request.ts';
import { issuerOf, issuerStirred } from './issuer-of.ts';
import { ownerOf, statusOf } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const by = 'cert-manager-orders';

/** Places Orders with the ACME server of the world, makes their Challenges, and fetches what they come to (pkg/controller/acmeorders). */
export const orders: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Order).map((order) => orderOne(view, order))),
};

function orderOne(view: View, order: KubernetesObject): Turn {
  const state = textAt(order, 'status.state') ?? '';
  const stirred =
    view.isStirred(order) ||
    view.stirred(kinds.Challenge, (item) => isOf(item, order)) ||
    issuerStirred(view, order) ||
    (state === '' && view.worldStirred);
  if (!stirred || order.metadata.deletionTimestamp !== undefined) return idle;
  const challenges = view.of(kinds.Challenge, order.metadata.namespace).filter((item) => isOf(item, order));
  // Those of an Order that failed are kept until the next try: they hold the cause.
  if (state === 'valid') return { writes: challenges.map((object) => ({ do: 'delete', object })) };
  if (state === 'invalid' || state === 'errored' || state === 'expired') return idle;
  const issuer = issuerOf(view, order);
  if (!issuer) return idle;
  if (textAt(order, 'status.url') === undefined) return place(view, order, issuer);
  const states = challenges
    .filter((item) => item.metadata.deletionTimestamp === undefined)
    .map((item) => textAt(item, 'status.state') ?? '');
  const broken = states.find((item) => item === 'invalid' || item === 'errored' || item === 'expired');
  if (broken !== undefined) return setStatus(order, { state: broken, failureTime: timeText(view.now) });
  if (isAuthorized(order, states)) return finalize(view, order, issuer);
  return makeChallenges(view, order, issuer, challenges);
}

/** Authorizations that stand from an earlier Order need no Challenge. */
function isAuthorized(order: KubernetesObject, states: readonly string[]): boolean {
  const authorizations = listAt(order, 'status.authorizations');
  const open = authorizations.filter((item) => textAt(item, 'initialState') !== 'valid');
  return authorizations.length > 0 && states.length >= open.length && states.every((item) => item === 'valid');
}

const isOf = (challenge: KubernetesObject, order: KubernetesObject): boolean =>
  challenge.metadata.ownerReferences?.some(({ uid }) => uid === order.metadata.uid) ?? false;

const serverOf = (issuer: KubernetesObject): string => textAt(issuer, 'spec.acme.server') ?? '';

function setStatus(order: KubernetesObject, more: object, ...also: readonly Write[]): Turn {
  return { writes: [{ do: 'status', object: order, status: { ...statusOf(order), ...more }, by }, ...also] };
}

function place(view: View, order: KubernetesObject, issuer: KubernetesObject): Turn {
  const server = serverOf(issuer);
  const behaviour = view.world.acme[server];
  // A server that does not answer leaves the Order without a status; it is asked again.
  if (behaviour?.unreachable !== undefined) return idle;
  const refusal =
    behaviour?.refusesOrder ??
    (view.holdsRecordedRefusals ? view.recordedRefusals.get(issuer.metadata.name)?.said : undefined);
  if (refusal !== undefined)
    return setStatus(order, {
      state: 'errored',
      reason: `Failed to create Order: ${refusal}`,
      failureTime: timeText(view.now),
    });
  const base = new URL('.', server).href;
  const id = view.names.token();
  const authorizations = textsAt(order, 'spec.dnsNames').map((identifier) => {
    const token = view.names.token();
    return {
      challenges: [{ token, type: 'http-01', url: `${base}chalZ/${view.names.token()}` }],
      identifier,
      initialState: 'pending',
      url: `${base}authZ/${view.names.token()}`,
      wildcard: identifier.startsWith('*.'),
    };
  });
  return setStatus(order, {
    state: 'pending',
    url: `${base}my-order/${id}`,
    finalizeURL: `${base}finalize-order/${id}`,
    authorizations,
  });
}

function finalize(view: View, order: KubernetesObject, issuer: KubernetesObject): Turn {
  const hosts = textsAt(order, 'spec.dnsNames');
  const asked = requestedIn(Buffer.from(textAt(order, 'spec.request') ?? '', 'base64').toString());
  const { chain } = view.signer.sign(
    { acme: serverOf(issuer) },
    { commonName: asked?.commonName || hosts[0] || '', hosts, key: keyOf(view, order), now: view.now, days: 90 },
  );
  return setStatus(
    order,
    { state: 'valid', certificate: Buffer.from(chain).toString('base64') },
    { do: 'event', about: order, type: 'Normal', reason: 'Complete', message: 'Order completed successfully', by },
  );
}

function makeChallenges(
  view: View,
  order: KubernetesObject,
  issuer: KubernetesObject,
  held: readonly KubernetesObject[],
): Turn {
  const writes = listAt(order, 'status.authorizations').flatMap((authorization): readonly Write[] => {
    const host = textAt(authorization, 'identifier') ?? '';
    if (textAt(authorization, 'initialState') === 'valid') return [];
    const solver = solverFor(issuer, host, at(authorization, 'wildcard') === true);
    const mine = held.filter(
      (item) => textAt(item, 'spec.dnsName') === host && item.metadata.deletionTimestamp === undefined,
    );
    if (!solver) return noSolver(view, order);
    const outdated = mine.filter(
      (item) => !same(at(item, 'spec.solver'), solver) && textAt(item, 'status.state') !== 'valid',
    );
    if (outdated.length > 0) return outdated.map((object) => ({ do: 'delete', object }));
    return mine.length > 0 ? [] : makeChallenge(order, authorization, host, solver);
  });
  return { writes };
}

const noSolverMessage =
  'Failed to determine a valid solver configuration for the set of domains on the Order: no configured challenge solvers can be used for this challenge';

function noSolver(view: View, order: KubernetesObject): readonly Write[] {
  const about = `no-solver ${order.metadata.uid}`;
  if (view.recall(about) === true) return [];
  return [
    { do: 'event', about: order, type: 'Warning', reason: 'Solver', message: noSolverMessage, by },
    { do: 'remember', about, value: true },
  ];
}

/** The first HTTP-01 solver whose selector takes the host; the one that names it comes before one for its zone, and that before one for all. */
function solverFor(issuer: KubernetesObject, host: string, wildcard: boolean): object | undefined {
  if (wildcard) return undefined;
  const rank = (solver: unknown): number => {
    const names = textsAt(solver, 'selector.dnsNames');
    const zones = textsAt(solver, 'selector.dnsZones');
    if (names.includes(host)) return 2;
    if (zones.some((zone) => host === zone || host.endsWith(`.${zone}`))) return 1;
    return names.length === 0 && zones.length === 0 && at(solver, 'selector.matchLabels') === undefined ? 0 : -1;
  };
  const [best] = listAt(issuer, 'spec.acme.solvers')
    .filter((solver) => at(solver, 'http01') !== undefined && rank(solver) >= 0)
    .toSorted((a, b) => rank(b) - rank(a));
  return best as object | undefined;
}

/** Stands for the fingerprint of the account's key. */
const thumbprint = '8iTi0gsTxgUH8kVseq5QAnPOaZb06_kUjtItkvSdP8A';

function makeChallenge(
  order: KubernetesObject,
  authorization: unknown,
  host: string,
  solver: object,
): readonly Write[] {
  const offered = listAt(authorization, 'challenges').find((item) => textAt(item, 'type') === 'http-01');
  const token = textAt(offered, 'token') ?? '';
  const spec = {
    authorizationURL: textAt(authorization, 'url'),
    dnsName: host,
    issuerRef: at(order, 'spec.issuerRef'),
    key: `${token}.${thumbprint}`,
    solver,
    token,
    type: 'HTTP-01',
    url: textAt(offered, 'url'),
    wildcard: false,
  };
  const name = `${order.metadata.name.slice(0, 52)}-${fnv1(JSON.stringify(spec))}`;
  const challenge: KubernetesObject = {
    apiVersion: 'acme.cert-manager.io/v1',
    kind: 'Challenge',
    metadata: { name, namespace: order.metadata.namespace ?? '', ownerReferences: [ownerOf(order)] },
    spec,
  };
  return [
    { do: 'create', object: challenge, by },
    {
      do: 'event',
      about: order,
      type: 'Normal',
      reason: 'Created',
      message: `Created Challenge resource "${name}" for domain "${host}"`,
      by,
    },
  ];
}

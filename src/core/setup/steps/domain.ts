import { askChoice, askList, askText } from '../ask.ts';
import { type HostFacts, request } from '../effect.ts';
import type { Note, Question } from '../question.ts';
import { clusterOf, hostOf } from '../settings-of.ts';
import { earlierList, earlierText, given, givenList, givenText, type Journey, known, type Step } from '../state.ts';
import { checkDomain } from '../validate/domain.ts';
import { checkNamespace, checkOrigin } from '../validate/names.ts';
import { settleMonitoring } from './monitoring.ts';

/** Where the hosts live, whether DNS knows them, who may call the service, and what watches it. */
export const domainStep: Step = {
  name: 'domain',
  title: 'Domain',
  next: (journey) => {
    if (givenText(journey, 'domain') === undefined) {
      return askText({
        id: 'domain',
        step: 'domain',
        title: 'Which domain do the hosts live under?',
        why: 'Staging becomes auth-staging.DOMAIN, production auth.DOMAIN. Their DNS records must lead to the ingress before a certificate can be issued.',
        default: earlierText(journey, 'domain', undefined),
        check: checkDomain,
      });
    }
    const hosts = journey.wants.environments.map((environment) => hostOf(journey, environment));
    const resolve = request('resolve-hosts', 'domain', { hosts });
    const resolved = known(journey, resolve);
    if (resolved === undefined) return resolve;
    const turn = settleUnready(journey, resolved);
    if (turn !== undefined) return turn;

    if (givenList(journey, 'callers') === undefined) return askCallers(journey, resolved);
    if (givenList(journey, 'cors') === undefined) return askOrigins(journey);
    return settleMonitoring(journey);
  },
};

function settleUnready(journey: Journey, hosts: readonly HostFacts[]): Question | undefined {
  const open = hosts.filter(({ state }) => state === 'no-address' || state === 'elsewhere');
  if (open.length === 0 || given(journey, 'domain.unready') !== undefined) return undefined;
  return askChoice({
    id: 'domain.unready',
    step: 'domain',
    title: `${open.map(({ host }) => host).join(' and ')} ${open.length === 1 ? 'does' : 'do'} not lead to the ingress yet.`,
    why: 'The CA fetches a file from http://HOST before it issues. You can go on; the certificate then waits until the record is there.',
    notes: hosts.map(hostNote),
    choices: [
      { value: 'go-on', title: 'Go on', note: 'the certificate will wait for the record' },
      { value: 'look-again', title: 'Look again', detour: 'look-again' },
      { value: 'other', title: 'Type another domain', detour: 'domain' },
    ],
    default: 'go-on',
    passing: true,
  });
}

function hostNote({ host, environment, state, because, record }: HostFacts): Note {
  const level = state === 'ready' ? 'good' : state === 'unknown' ? 'look' : 'bad';
  return { level, text: `${environment}: ${host}: ${because}`, ...(record === null ? {} : { lines: [record] }) };
}

function askCallers(journey: Journey, hosts: readonly HostFacts[]): Question {
  const [first] = journey.wants.environments;
  const namespaces = first ? (clusterOf(journey, first)?.namespaces ?? []) : [];
  const known = namespaces.filter((name) => !/^(kube-|orion-staging$|orion-prod$|default$)/.test(name));
  return askList({
    id: 'callers',
    step: 'domain',
    title: 'Which namespaces call the service inside the cluster?',
    why: 'The NetworkPolicy lets in the ingress controller, Prometheus, and the namespaces named here. Nobody else.',
    notes: [
      ...hosts.map(hostNote),
      ...(known.length > 0 ? [{ level: 'plain' as const, text: `There are: ${known.join(', ')}` }] : []),
    ],
    default: earlierList(journey, 'callers', []),
    check: checkNamespace,
  });
}

function askOrigins(journey: Journey): Question {
  return askList({
    id: 'cors',
    step: 'domain',
    title: 'Which web origins may call it from a browser?',
    why: 'CORS headers are sent to these origins only, with credentials. None named, none sent. A wildcard is not possible.',
    default: earlierList(journey, 'cors', []),
    check: checkOrigin,
  });
}

/** What is seen around the end of the chain: by cert-manager from inside the cluster, and by this machine from outside. */
import type { Fetched } from '../../../core/fetched.ts';
import { textAt } from '../../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../core/kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer, TcpAnswer } from '../../../core/look-answers.ts';
import type { Sight } from '../../../core/sight.ts';
import type { Snapshot } from '../../../core/snapshot.ts';
import type { Mark } from '../glyphs.ts';

export type Side = { readonly from: 'in cluster' | 'from here'; readonly mark: Mark; readonly says: string };

/** cert-manager's own look at the challenge, from the Challenge's reason. */
export function selfCheckSide(challenge: KubernetesObject | undefined): readonly Side[] {
  const reason = challenge && textAt(challenge, 'status.reason');
  if (!reason?.startsWith('Waiting for HTTP-01 challenge propagation')) return [];
  const status = /wrong status code '(\d{3})'/.exec(reason)?.[1];
  const told: readonly (readonly [RegExp, string])[] = [
    [/no such host/, 'no such host'],
    [/connection refused/, 'refused'],
    [/i\/o timeout|deadline exceeded|Client\.Timeout/, 'timed out'],
    [/did not get expected response/, 'another page'],
  ];
  const says = status ?? told.find(([text]) => text.test(reason))?.[1] ?? 'failed';
  return [{ from: 'in cluster', mark: 'broken', says: `self-check ${says}` }];
}

/** Looks from this machine, in the order a certificate authority takes them: the name, the port, the file. */
export function outsideSides(sight: Sight, { seen }: Snapshot, hosts: readonly string[]): readonly Side[] {
  const names = hosts.flatMap((host): readonly Side[] => {
    const answer = sight.try({ at: 'dns', name: host });
    if (!answer.ok) return answer.why === 'not-looked' ? [] : [unseen('DNS')];
    return [dnsSide(answer.value)];
  });
  const ports = answersTo<TcpAnswer>(seen, /^tcp \S+ 80$/).map((answer) =>
    answer.ok ? portSide(answer.value) : unseen('port 80'),
  );
  const files = answersTo<HttpAnswer>(seen, /^http \S+\/\.well-known\/acme-challenge\/\S* at /).map((answer) =>
    answer.ok ? fileSide(answer.value) : unseen('challenge'),
  );
  return [...distinct(names), ...distinct(ports), ...distinct(files)];
}

function answersTo<Answer>(seen: Snapshot['seen'], look: RegExp): readonly Fetched<Answer>[] {
  return Object.entries(seen).flatMap(([name, answer]) => (look.test(name) ? [answer as Fetched<Answer>] : []));
}

const here = (mark: Mark, says: string): Side => ({ from: 'from here', mark, says });
const unseen = (what: string): Side => here('unseen', `${what} not seen`);

function dnsSide({ a, aaaa, rcode }: DnsAnswer): Side {
  const [address] = [...a, ...aaaa];
  if (address) return here('good', `DNS ${address}`);
  return here('broken', rcode === 'NOERROR' || rcode === 'NXDOMAIN' ? 'DNS no address' : `DNS ${rcode}`);
}

const portSide = (answer: TcpAnswer): Side =>
  here(answer === 'open' ? 'good' : 'broken', `port 80 ${answer.replace('-', ' ')}`);

function fileSide(answer: HttpAnswer): Side {
  if (answer.outcome === 'failed') return here('broken', `challenge ${answer.why.replace('-', ' ')}`);
  if (answer.isKey) return here('good', 'challenge 200');
  return here('broken', answer.status === 200 ? 'challenge another page' : `challenge ${answer.status}`);
}

const distinct = (sides: readonly Side[]): readonly Side[] =>
  sides.filter((side, place) => sides.findIndex(({ says }) => says === side.says) === place);

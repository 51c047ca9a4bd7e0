import { addresses } from './addresses.ts';
import type { DnsRecord, OwnedRecord, Question, Reply } from './dns-message.ts';

export type HostRecords = {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly cname?: string;
  readonly txt?: readonly string[];
  readonly caa?: readonly { readonly tag: string; readonly value: string }[];
  /** The name exists, but its servers fail. */
  readonly servfail?: boolean;
};

export type Names = ReadonlyMap<string, HostRecords>;

const ok = 0;
const serverFailure = 2;
const noSuchName = 3;

/** Where the zone of a name is cut: at its last two labels, as if each had been bought from a registry. */
const zoneOf = (name: string): string => name.split('.').slice(-2).join('.');

function recordsOf(host: HostRecords): readonly DnsRecord[] {
  return [
    ...(host.a ?? []).map((address) => ({ type: 'A', address }) as const),
    ...(host.aaaa ?? []).map((address) => ({ type: 'AAAA', address }) as const),
    ...(host.txt ?? []).map((text) => ({ type: 'TXT', text }) as const),
    ...(host.caa ?? []).map((policy) => ({ type: 'CAA', ...policy }) as const),
  ];
}

/** What exists without being set: each zone's own start and its server. */
function ofTheZone(names: Names, name: string): readonly DnsRecord[] {
  const zone = zoneOf(name);
  if (![...names.keys()].some((known) => zoneOf(known) === zone)) return [];
  if (name === zone) {
    return [
      { type: 'SOA', server: `ns1.${zone}` },
      { type: 'NS', target: `ns1.${zone}` },
    ];
  }
  return name === `ns1.${zone}` ? [{ type: 'A', address: addresses.dns }] : [];
}

const parentWildcard = (name: string): string => `*.${name.split('.').slice(1).join('.')}`;

export function answer(names: Names, question: Question, hops = 0): Reply {
  const { name, type } = question;
  const host = names.get(name) ?? names.get(parentWildcard(name));
  if (host?.servfail) return { code: serverFailure, answers: [], authority: [] };
  if (host?.cname !== undefined && type !== 'CNAME' && hops < 8) {
    const alias: OwnedRecord = { owner: name, record: { type: 'CNAME', target: host.cname } };
    const rest = answer(names, { name: host.cname, type }, hops + 1);
    return { ...rest, answers: [alias, ...rest.answers] };
  }
  const alias: readonly DnsRecord[] = host?.cname === undefined ? [] : [{ type: 'CNAME', target: host.cname }];
  const all = [...(host === undefined ? [] : recordsOf(host)), ...alias, ...ofTheZone(names, name)];
  const answers = all.filter((record) => record.type === type).map((record) => ({ owner: name, record }));
  if (answers.length > 0) return { code: ok, answers, authority: [] };
  const zone = zoneOf(name);
  const exists = host !== undefined || all.length > 0 || [...names.keys()].some((known) => known.endsWith(`.${name}`));
  return {
    code: exists ? ok : noSuchName,
    answers: [],
    authority: [{ owner: zone, record: { type: 'SOA', server: `ns1.${zone}` } }],
  };
}

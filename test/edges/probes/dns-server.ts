import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A DNS server of the test's own: UDP on a loopback address, one handler, no caching (RFC 1035, 4.1). */
export type DnsServer = AsyncDisposable & {
  readonly address: string;
  readonly port: number;
  /** What was asked, as `A auth.example.org`. */
  readonly asked: readonly string[];
};

type RecordType = 'A' | 'NS' | 'CNAME' | 'AAAA' | 'CAA';
export type DnsRecord = { readonly name?: string; readonly type: RecordType; readonly data: string };
export type DnsReply = { readonly rcode?: keyof typeof rcodes; readonly answers?: readonly DnsRecord[] } | 'silence';

const types: Readonly<Record<RecordType, number>> = { A: 1, NS: 2, CNAME: 5, AAAA: 28, CAA: 257 };
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

export async function serveDns(reply: (type: string, name: string) => DnsReply): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(`${type} ${name}`);
    const given = reply(type, name);
    if (given === 'silence') return;
    const answers = given.answers ?? [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8580 | rcodes[given.rcode ?? 'NOERROR'], 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    const body = answers.map((record) => encodeRecord({ name, ...record }));
    socket.send(Buffer.concat([header, query.subarray(12, end), ...body]), from.port, from.address);
  });
  const listening = Promise.withResolvers<void>();
  socket.bind(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { address, port } = socket.address() as AddressInfo;
  return { address: `${address}:${port}`, port, asked, [Symbol.asyncDispose]: async () => void socket.close() };
}

/** A handler out of `TYPE name` → data. A name nobody knows does not exist; a known one has nothing of other types. */
export function zone(entries: Readonly<Record<string, readonly string[]>>): (type: string, name: string) => DnsReply {
  const names = new Set(Object.keys(entries).map((key) => key.split(' ')[1]));
  return (type, name) => {
    const cname = entries[`CNAME ${name}`];
    const data = entries[`${type} ${name}`] ?? cname;
    if (!data) return { rcode: names.has(name) ? 'NOERROR' : 'NXDOMAIN' };
    const found = entries[`${type} ${name}`] ? (type as RecordType) : 'CNAME';
    const target = found === 'CNAME' && type !== 'CNAME' ? (entries[`${type} ${data[0]}`] ?? []) : [];
    return {
      answers: [
        ...data.map((item) => ({ type: found, data: item })),
        ...target.map((item) => ({ name: data[0] ?? '', type: type as RecordType, data: item })),
      ],
    };
  };
}

function readQuestion(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let place = 12;
  for (let length = query.readUInt8(place); length > 0; length = query.readUInt8(place)) {
    labels.push(query.toString('latin1', place + 1, place + 1 + length));
    place += 1 + length;
  }
  const code = query.readUInt16BE(place + 1);
  const type = Object.entries(types).find(([, number]) => number === code)?.[0] ?? String(code);
  return { name: labels.join('.').toLowerCase(), type, end: place + 5 };
}

function encodeRecord({ name = '', type, data }: DnsRecord): Buffer {
  const body = encodeData(type, data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(types[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(body.length, 8);
  return Buffer.concat([encodeName(name), fixed, body]);
}

function encodeData(type: RecordType, data: string): Buffer {
  if (type === 'A') return Buffer.from(data.split('.').map(Number));
  if (type === 'NS' || type === 'CNAME') return encodeName(data);
  if (type === 'AAAA')
    return Buffer.from(
      data.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
    );
  const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) (.*)$/.exec(data) ?? [];
  return Buffer.concat([Buffer.from([Number(flags), tag.length]), Buffer.from(`${tag}${value}`)]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ]);
}

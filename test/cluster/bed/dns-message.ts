import { isIPv6 } from 'node:net';

/** The few record types that a name of the bed can have. */
export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS'; readonly target: string }
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'CAA'; readonly tag: string; readonly value: string }
  | { readonly type: 'SOA'; readonly server: string };

export type OwnedRecord = { readonly owner: string; readonly record: DnsRecord };
export type Reply = {
  readonly code: number;
  readonly answers: readonly OwnedRecord[];
  readonly authority: readonly OwnedRecord[];
};
export type Question = { readonly name: string; readonly type: string };

const typeNumbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, CAA: 257 } as const;
const typeNames = new Map<number, string>(Object.entries(typeNumbers).map(([name, number]) => [number, name]));
const internetClass = 1;
/** Short, so that a test that changes a record is not answered from a cache. */
const secondsToLive = 1;
const headerLength = 12;

export function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = headerLength;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: typeNames.get(message.readUInt16BE(at + 1)) ?? 'other' };
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const encoded = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...encoded, Buffer.from([0])]);
}

function encodeAddress(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function encodeData(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return encodeAddress(record.address);
    case 'CNAME':
    case 'NS':
      return encodeName(record.target);
    case 'TXT':
      return Buffer.concat([Buffer.from([record.text.length]), Buffer.from(record.text, 'latin1')]);
    case 'CAA':
      return Buffer.concat([Buffer.from([0, record.tag.length]), Buffer.from(record.tag + record.value, 'latin1')]);
    case 'SOA': {
      const numbers = Buffer.alloc(20);
      [1, 1, 1, 1, secondsToLive].forEach((number, i) => void numbers.writeUInt32BE(number, i * 4));
      return Buffer.concat([encodeName(record.server), encodeName('hostmaster.invalid'), numbers]);
    }
  }
}

function encodeRecord({ owner, record }: OwnedRecord): Buffer {
  const data = encodeData(record);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(typeNumbers[record.type], 0);
  fixed.writeUInt16BE(internetClass, 2);
  fixed.writeUInt32BE(secondsToLive, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(owner), fixed, data]);
}

/** Answers as the zone's own server that also resolves for others; names are written out, never compressed. */
export function writeReply(query: Buffer, reply: Reply): Buffer {
  let end = headerLength;
  while (query.readUInt8(end) > 0) end += 1 + query.readUInt8(end);
  const question = query.subarray(headerLength, end + 5);
  const header = Buffer.alloc(headerLength);
  query.copy(header, 0, 0, 2);
  const recursionDesired = query.readUInt16BE(2) & 0x0100;
  header.writeUInt16BE(0x8480 | recursionDesired | reply.code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(reply.answers.length, 6);
  header.writeUInt16BE(reply.authority.length, 8);
  return Buffer.concat([header, question, ...reply.answers.map(encodeRecord), ...reply.authority.map(encodeRecord)]);
}

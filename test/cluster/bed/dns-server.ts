import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { addresses, ports } from './addresses.ts';
import { readQuestion, writeReply } from './dns-message.ts';
import { answer, type HostRecords } from './dns-zone.ts';

export type Dns = {
  readonly set: (name: string, records: HostRecords) => void;
  readonly remove: (name: string) => void;
  readonly reset: () => void;
};

/** All DNS of the bed. A name that nobody set does not exist (NXDOMAIN); `always` are the names that a reset keeps. */
export async function startDns(always: Readonly<Record<string, HostRecords>>): Promise<Dns> {
  const names = new Map<string, HostRecords>(Object.entries(always));
  const reply = (query: Buffer): Buffer => writeReply(query, answer(names, readQuestion(query)));

  // 53 for programs that read resolv.conf and for the zones' own servers, the other for those that are told a port.
  for (const port of [53, ports.dns]) {
    const datagrams = createSocket('udp4');
    datagrams.on('message', (query, sender) => datagrams.send(reply(query), sender.port, sender.address));
    datagrams.bind(port, addresses.dns);
    const streams = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      let received = Buffer.alloc(0);
      socket.on('data', (data: Buffer) => {
        received = Buffer.concat([received, data]);
        if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return;
        const message = reply(received.subarray(2));
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.end(Buffer.concat([length, message]));
      });
    });
    streams.listen(port, addresses.dns);
    await Promise.all([once(datagrams, 'listening'), once(streams, 'listening')]);
  }
  return {
    set: (name, records) => void names.set(name.toLowerCase(), records),
    remove: (name) => void names.delete(name.toLowerCase()),
    reset: () => {
      names.clear();
      for (const [name, records] of Object.entries(always)) names.set(name, records);
    },
  };
}

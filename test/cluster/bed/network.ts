import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, networks } from './addresses.ts';

function command(line: string): void {
  const [program = '', ...args] = line.split(' ');
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
const ip = (line: string): void => command(`ip ${line}`);

/** Gives the namespace its addresses, and the processes in it the bed's own resolver. */
export function configureNetwork(folder: string): void {
  ip('link set lo up');
  const single = [addresses.loadBalancer, addresses.loadBalancer6, ...addresses.wrongTargets].map((a) =>
    a.includes(':') ? `${a}/128` : `${a}/32`,
  );
  for (const address of [networks.pods, networks.nodes, ...single]) ip(`addr add ${address} dev lo`);
  configureSilence();
  ip(`route add unreachable ${addresses.unroutable}`);

  // --mount-proc gave the namespace its own mounts: the machine's file stays as it is.
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, `nameserver ${addresses.dns}\noptions timeout:2 attempts:1\n`);
  command(`mount --bind ${resolver} /etc/resolv.conf`);
}

/** A cable whose other end takes packets and answers none: without ARP the sender does not even learn that. */
function configureSilence(): void {
  ip('link add silent0 type veth peer name silent1');
  ip('link set silent0 arp off up');
  ip('link set silent1 arp off up');
  ip('addr add 198.51.100.129/25 dev silent0');
}

/** Moves the load balancer's address on to the silent cable, or back: its ports then time out instead of refusing. */
export function silenceLoadBalancer(silent: boolean): void {
  if (silent) {
    ip(`addr del ${addresses.loadBalancer}/32 dev lo`);
    ip(`route add ${addresses.loadBalancer}/32 dev silent0`);
  } else {
    ip(`route del ${addresses.loadBalancer}/32 dev silent0`);
    ip(`addr add ${addresses.loadBalancer}/32 dev lo`);
  }
}

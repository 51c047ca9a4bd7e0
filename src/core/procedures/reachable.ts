import { attempt, CouldNotLook, type Sight } from '../sight.ts';
import type { Subject } from '../verify/point.ts';
import { isServing } from '../verify/points/certificate.ts';
import { type Check, checkOf, failed, passed } from './check.ts';
import { addressesOf, hostOf, sightIn } from './procedure.ts';

/** Whether the host has an address: without one, nothing can be seen as a client sees it. */
export function nameCheck(sight: Sight, site: Subject): Check {
  return checkOf({ id: 'name', title: 'The host has an address', expected: 'an A or AAAA record' }, () => {
    const host = hostOf(sight, site);
    if (host === undefined) {
      const because = 'neither the profile, nor an Ingress, nor a Certificate that could be read says which host it is';
      throw new CouldNotLook('the host', { ok: false, why: 'not-looked', detail: because });
    }
    const { rcode, asked } = sight.dns(host);
    const addresses = addressesOf(sight, host);
    // A server that fails says nothing about the name; and where the CA found an address, it is only this machine that sees another DNS.
    const isOddHere = !['NOERROR', 'NXDOMAIN'].includes(rcode) || attempt(() => isServing(sightIn(sight, site)));
    if (addresses.length === 0 && isOddHere) {
      const detail = `${host} has no address from this machine (${rcode}, asked ${asked})`;
      throw new CouldNotLook(`dns ${host}`, { ok: false, why: 'not-looked', detail });
    }
    return addresses.length > 0
      ? passed(`${host}: ${addresses.join(', ')}`)
      : failed(`${host} has no address (${rcode}, asked ${asked})`, { runbook: 'cert-pending' });
  });
}

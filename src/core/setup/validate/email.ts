import { bad, type Checked, good } from './checked.ts';
import { checkHost, isSetAside } from './domain.ts';

/**
 * The address for the ACME account; empty is allowed. With a public CA the domain must be real: Let's Encrypt refuses example domains, and
 * then the issuer never becomes Ready.
 */
export function checkEmail(typed: string, ca: { readonly isPublic: boolean }): Checked {
  const text = typed.trim().replace(/^mailto:/i, '');
  if (text === '') return good('');
  const place = text.lastIndexOf('@');
  if (place < 1 || place === text.length - 1)
    return bad('Type an address such as ops@your-domain.org, or leave it empty.');
  const local = text.slice(0, place);
  if (local.length > 64) return bad('The part before @ has more than 64 characters.');
  // Quoted local parts are legal and refused by CAs: what is asked for is a plain one.
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) {
    return bad('The part before @ holds a character that mail addresses do not have, or dots that are out of place.');
  }
  const host = checkHost(text.slice(place + 1));
  if (!host.ok) return bad(`After the @: ${host.problem}`);
  if (isSetAside(host.value)) {
    if (ca.isPublic)
      return bad(`Let's Encrypt refuses addresses under ${host.value}: type a real one, or leave it empty.`);
    return good(`${local}@${host.value}`, `Public CAs refuse addresses under ${host.value}.`);
  }
  return good(`${local}@${host.value}`);
}

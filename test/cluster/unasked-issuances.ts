import type { Json } from './bed/api-client.ts';

/**
 * cert-manager's trigger may look before its cache has the Secret that was just written: then it issues once more, which nobody asked for.
 * Its events tell of it: every issuance for want of a Secret, but the first and those after one that failed.
 */
export type Unasked = Readonly<Record<string, number>>;

const nameOf = 'cert-manager.io/certificate-name';
const revisionOf = 'cert-manager.io/certificate-revision';

export function unaskedIssuances(certificates: readonly Json[], events: readonly Json[]): Unasked {
  const told = (certificate: Json, message: RegExp): number =>
    events
      .filter(
        ({ involvedObject, message: said }) => involvedObject.uid === certificate.metadata.uid && message.test(said),
      )
      .reduce((sum, { count = 1 }) => sum + count, 0);
  return Object.fromEntries(
    certificates
      .filter(isIssued)
      .map((one) => [
        one.metadata.name,
        Math.max(
          0,
          told(one, /^Issuing certificate as Secret does not exist$/) -
            told(one, /^The certificate request has failed to complete/) -
            1,
        ),
      ]),
  );
}

const isIssued = ({ status }: Json): boolean => (status?.revision ?? 0) > 0;

/** No step takes a Secret away. */
export const isIssuedUnasked = (certificate: Json): boolean =>
  isIssued(certificate) &&
  certificate.status.conditions.some(
    ({ type, status, reason }: Json) => type === 'Issuing' && status === 'True' && reason === 'DoesNotExist',
  );

/** An object of an issuance with the number that it would have without those; undefined where it is of one that another took the place of. */
export function asAsked(kind: string, object: Json, unasked: Unasked): Json | undefined {
  const { metadata, status } = object;
  if (kind === 'Certificate') {
    const more = unasked[metadata.name] ?? 0;
    return more === 0 ? object : { ...object, status: { ...status, revision: status.revision - more } };
  }
  const certificate: string | undefined = metadata.annotations?.[nameOf];
  const revision = Number(metadata.annotations?.[revisionOf]);
  const more = certificate === undefined ? 0 : (unasked[certificate] ?? 0);
  if (more === 0) return object;
  const name = metadata.name.replace(`${certificate}-${revision}`, `${certificate}-${revision - more}`);
  return revision > more ? { ...object, metadata: { ...metadata, name } } : undefined;
}

import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { heard, identityOf, type Refusal, refusalsOf } from '../ca-answer.ts';
import { isHttp01 } from '../chain.ts';
import type { CertView } from '../view.ts';
import { forbids, type Records, recordsFor } from './caa.ts';

/** Said by the CA after the self-check has passed; by our own look before that. */
export const caaForbids: Cause<CertView> = {
  code: 'caa-forbids',
  title: 'A CAA record in DNS keeps the CA from issuing',
  severity: 'error',
  owner: 'dns',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const refusals = refusalsOf(view).filter(({ problem, secondary }) => problem.type === 'caa' && !secondary);
    const open = view.openChallenges();
    const hosts = new Set([
      ...refusals.map(({ host }) => host),
      ...open.flatMap((challenge) => textAt(challenge, 'spec.dnsName') ?? []),
    ]);
    for (const host of hosts) {
      const refusal = refusals.find((item) => item.host === host);
      const challenge = open.find((item) => textAt(item, 'spec.dnsName') === host);
      const forbidden = forbiddenFor(view, host, challenge, refusal);
      if (forbidden) {
        const identity = identityOf(view.issuer());
        const object = challenge ?? certificate;
        return found({
          object: refTo(object),
          because: forbidden.because,
          confidence: 'confirmed',
          evidence: [...forbidden.evidence, ...(refusal ? [heard(refusal)] : [])],
          remedies: [
            byHand({
              id: 'admit-the-ca',
              title: `Have a CAA record made that admits ${identity ?? 'the CA'}, or take away those that do not`,
              commands: [
                `dig +short CAA ${forbidden.at}`,
                `${forbidden.at}.  CAA  0 issue "${identity ?? 'THE-NAME-OF-YOUR-CA'}"`,
              ],
            }),
          ],
        });
      }
    }
    const [refused] = refusals;
    return clear(refused ? `the CAA records for ${refused.host} forbid it no longer` : undefined);
  },
};

type Forbidden = { readonly at: string; readonly because: string; readonly evidence: readonly Evidence[] };

/** What the records say today counts, where the CA's name in them is known. */
function forbiddenFor(
  view: CertView,
  host: string,
  challenge: KubernetesObject | undefined,
  refusal: Refusal | undefined,
): Forbidden | undefined {
  const records = recordsFor(view.sight, host);
  if (records === 'none') return undefined;
  if (records === 'unclear') return refusal ? byWord(refusal, undefined) : undefined;
  const issuer = view.issuer();
  const identity = identityOf(issuer);
  if (identity === undefined) return refusal ? byWord(refusal, records) : undefined;
  const why = forbids(records.records, {
    identity,
    method: challenge && !isHttp01(challenge) ? 'dns-01' : 'http-01',
    wildcard: at(challenge, 'spec.wildcard') === true,
    account: textAt(issuer, 'status.acme.uri'),
  });
  return why === undefined
    ? undefined
    : {
        at: records.name,
        because: `The CAA records of ${records.name} forbid ${identity} to issue for ${host}: ${why}.`,
        evidence: [seenRecords(records, `issue "${identity}"`)],
      };
}

function byWord({ host, problem }: Refusal, records: Records | undefined): Forbidden {
  const name = /CAA record for (\S+) prevents/.exec(problem.detail)?.[1] ?? records?.name ?? host;
  return {
    at: name,
    because: `The CA says that the CAA records of ${name} forbid it to issue for ${host}.`,
    evidence: records ? [seenRecords(records)] : [],
  };
}

const seenRecords = ({ name, records, asked }: Records, wanted?: string): Evidence => ({
  from: `DNS ${name}`,
  path: 'CAA',
  saw: `${records.join(', ')} (asked ${asked})`,
  ...(wanted === undefined ? {} : { wanted }),
});

import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { DnsAnswer } from '../../../src/core/look-answers.ts';
import { heard, refusalsOf } from '../ca-answer.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { namesAbove } from './caa.ts';

/** boulder, bdns/problem.go: whatever keeps the answer from it, and not that there is none. The type is `dns` also where it was about CAA. */
const broken = /DNS problem: (?!NXDOMAIN\b)/;
/** What cert-manager's own look says of the same. */
const brokenInside = /server misbehaving|lookup \S+ on \S+: .*i\/o timeout/;

/** No content of a record, but that it cannot be had. Where only validating resolvers refuse it, it may look sound from here. */
export const caaOrDnsServfail: Cause<CertView> = {
  code: 'caa-or-dns-servfail',
  title: "The name's DNS servers do not answer properly",
  severity: 'error',
  owner: 'dns',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const refused = refusalsOf(view).find(({ problem, secondary }) => broken.test(problem.detail) && !secondary);
    const host = refused?.host ?? view.doubtfulHosts().find((name) => isInTheWay(view.dns(name)));
    if (host === undefined) return clear();
    const answers = [host, ...namesAbove(host)].map((name) => ({ name, answer: view.dns(name) }));
    const bad = answers.find(({ answer }) => isBroken(answer));
    const challenge = view.httpChallenges().find((item) => textAt(item, 'spec.dnsName') === host);
    const reason = textAt(challenge, 'status.reason') ?? '';
    const inside = brokenInside.test(reason);
    const worksHere = answers.some(({ answer }) => !isBroken(answer));
    // A resolver of this machine that answers nothing at all says nothing about the name.
    if (bad && !refused && !inside && !(bad.answer.rcode === 'SERVFAIL' && worksHere))
      return { verdict: 'unknown', what: `dns ${host}`, because: `${bad.answer.asked} answered ${bad.answer.rcode}` };
    return found({
      object: refTo(challenge ?? certificate),
      because: bad
        ? `DNS for ${bad.name} ends in ${bad.answer.rcode}; a CA issues nothing while it cannot read the addresses and the CAA records.`
        : `The CA could not look up ${host} in DNS, though it can be read from here: DNSSEC that only some check, or a server that fails now and then.`,
      confidence: bad ? 'confirmed' : 'likely',
      evidence: [
        ...(bad
          ? [
              {
                from: `DNS ${bad.name}`,
                saw: `${bad.answer.rcode} (asked ${bad.answer.asked})`,
                wanted: 'an answer, be it that there is nothing',
              },
            ]
          : []),
        ...(refused
          ? [heard(refused)]
          : challenge && inside
            ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }]
            : []),
      ],
      remedies: [
        byHand({
          id: 'mend-the-zone',
          title: 'Have the zone mended: name servers that answer every type, and DNSSEC that fits the parent',
          commands: [
            `dig +trace A ${host}`,
            `dig CAA ${host}; dig +cd CAA ${host}`,
            `dig DS ${host.split('.').slice(-2).join('.')}`,
          ],
        }),
      ],
    });
  },
};

/** Some resolvers refuse questions for CAA, or leave them unanswered, and give the addresses all the same: that is theirs alone. */
const isInTheWay = (answer: DnsAnswer): boolean =>
  isBroken(answer) && (answer.rcode === 'SERVFAIL' || answer.a.length + answer.aaaa.length === 0);

const isBroken = ({ rcode }: DnsAnswer): boolean => rcode !== 'NOERROR' && rcode !== 'NXDOMAIN';

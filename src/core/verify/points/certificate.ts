import { certificateFacts } from '../../certificate.ts';
import { at, condition, textAt, textMapAt, textsAt, timeAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../kubernetes/object.ts';
import { ownNames } from '../names.ts';
import type { Judgement, Point, PointSight } from '../point.ts';
import { issuing } from './issuing.ts';

/** The detectors of issuing count here as long as no certificate serves; after that what they find holds up the renewal. */
export const certificate: Point = {
  id: 'certificate',
  title: 'The certificate is issued and in its Secret',
  expects: () => 'the Certificate Ready, and in its Secret a valid certificate for the host, with its key',
  runbook: 'cert-pending',
  detectors: issuing,
  counts: (sight) => !isServing(sight),
  judge(sight) {
    const { namespace } = sight;
    const found = sight.certificate();
    if (!found)
      return {
        state: 'failed',
        saw: `there is no Certificate ${ownNames.certificate} in ${namespace}`,
        object: ref(kinds.Certificate, ownNames.certificate, namespace),
      };
    const ready = condition(found, 'Ready');
    if (ready?.status !== 'True')
      return {
        state: 'failed',
        saw: ready ? `not Ready: ${ready.message || ready.reason}` : 'not looked at by cert-manager yet',
        object: refTo(found),
        field: 'status.conditions[Ready]',
        comesWith: 'issuing',
      };
    return stored(found, sight);
  },
};

/** Ready by cert-manager's word, and by our own clock within its dates. */
export function isServing({ certificate: find, sight }: PointSight): boolean {
  const found = find();
  const until = timeAt(found, 'status.notAfter');
  return condition(found, 'Ready')?.status === 'True' && until !== undefined && until > sight.now;
}

function stored(found: KubernetesObject, { sight, namespace, host: hostOf }: PointSight): Judgement {
  const name = textAt(found, 'spec.secretName') ?? '';
  const secret = sight.get(kinds.Secret, name, namespace);
  const object = ref(kinds.Secret, name, namespace);
  const fail = (saw: string, field: string): Judgement => ({
    state: 'failed',
    saw,
    object,
    field,
    comesWith: 'issuing',
  });
  if (!secret) return fail(`there is no Secret ${name}`, 'spec.secretName');
  const facts = factsIn(secret);
  if (!facts) return fail(`Secret ${name} holds no certificate`, 'data[tls.crt]');
  const host = hostOf();
  const wanted = [...new Set([...textsAt(found, 'spec.dnsNames'), ...(host ? [host] : [])])];
  const [unnamed] = wanted.filter((one) => !facts.names.some((given) => covers(given, one)));
  if (unnamed !== undefined)
    return fail(`it is for ${facts.names.join(', ') || 'no name'}, not for ${unnamed}`, 'data[tls.crt]');
  if (Date.parse(facts.notAfter) <= sight.now.getTime()) return fail(`it ended ${facts.notAfter}`, 'data[tls.crt]');
  if (Date.parse(facts.notBefore) > sight.now.getTime()) return fail(`it begins ${facts.notBefore}`, 'data[tls.crt]');
  if (at(secret, 'keyFits') === false) return fail('its key is of another certificate', 'data[tls.key]');
  return {
    state: 'passed',
    saw: `for ${facts.names.join(', ')}, valid until ${facts.notAfter.slice(0, 10)}`,
    object,
    field: 'data[tls.crt]',
  };
}

export function factsIn(secret: KubernetesObject) {
  const encoded = textMapAt(secret, 'data')['tls.crt'];
  if (!encoded) return undefined;
  try {
    return certificateFacts(atob(encoded));
  } catch {
    return undefined;
  }
}

export const covers = (given: string, host: string): boolean =>
  given === host || (given.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')) === given.slice(1));

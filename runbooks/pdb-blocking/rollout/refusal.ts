import { quote } from '../quote.ts';

/** Why the API server made no pod. */
export type Refusal = {
  readonly by:
    | 'quota'
    | 'quota-wants-limits'
    | 'limit-range'
    | 'pod-security'
    | 'service-account'
    | 'policy'
    | 'webhook-down'
    | 'other';
  /** What it is called: the quota, the level, the account, the policy. */
  readonly name: string;
  readonly says: string;
};

/** The API server's words, as each was seen (kubernetes, plugin/pkg/admission). */
export function refusalIn(message: string): Refusal {
  const take = (pattern: RegExp): readonly string[] | undefined =>
    pattern
      .exec(message)
      ?.slice(1)
      .map((part) => part ?? '');
  const quota = take(/exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)$/s);
  if (quota) {
    const [name = '', asked = '', used = '', limit = ''] = quota;
    return { by: 'quota', name, says: `ResourceQuota ${name} is full (wanted ${asked}, used ${used} of ${limit})` };
  }
  const unset = take(/failed quota: ([^:]+): must specify (.+)$/s);
  if (unset)
    return {
      by: 'quota-wants-limits',
      name: unset[0] ?? '',
      says: `ResourceQuota ${unset[0]} wants every container to say its ${quote(unset[1] ?? '')}`,
    };
  const level = take(/violates PodSecurity "([^"]+)": (.+)$/s);
  if (level)
    return {
      by: 'pod-security',
      name: level[0] ?? '',
      says: `the namespace enforces Pod Security "${level[0]}", and the pod does not keep it: ${quote(level[1] ?? '')}`,
    };
  const account = take(/serviceaccount "([^"]+)" not found/);
  if (account)
    return { by: 'service-account', name: account[0] ?? '', says: `there is no ServiceAccount ${account[0]}` };
  const policy = take(
    /(?:ValidatingAdmissionPolicy '([^']+)'.* denied request|admission webhook "([^"]+)" denied the request): (.+)$/s,
  );
  if (policy) {
    const name = policy[0] || policy[1] || '';
    return { by: 'policy', name, says: `the policy ${name} says no: ${quote(policy[2] ?? '')}` };
  }
  const hook = take(/failed calling webhook "([^"]+)": (.+)$/s);
  if (hook)
    return {
      by: 'webhook-down',
      name: hook[0] ?? '',
      says: `the webhook ${hook[0]} must be asked about every pod and does not answer: ${quote(hook[1] ?? '')}`,
    };
  const range = take(
    /((?:maximum \S+ usage|minimum \S+ usage|\S+ max limit to request ratio) per (?:Container|Pod) is .+)$/s,
  );
  if (range) return { by: 'limit-range', name: '', says: `a LimitRange says ${quote(range[0] ?? '')}` };
  return { by: 'other', name: '', says: quote(message) };
}

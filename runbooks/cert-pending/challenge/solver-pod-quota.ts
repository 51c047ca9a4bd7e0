import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../messages.ts';
import { certManagerVersion, mayHave } from '../versions.ts';
import type { CertView } from '../view.ts';
import { type Refused, refusedIn } from './presenting.ts';
import { solverCommand, withPodTemplate } from './solver-of.ts';

/** The API server's words (plugin/pkg/admission/resourcequota and limitranger). */
const ofQuota = /is forbidden: (?:exceeded|failed) quota: ([a-z0-9.-]+)/;
const ofLimits = /is forbidden: .*(?:(?:minimum|maximum) \S+ usage per (?:Container|Pod)|max limit to request ratio)/;

export const isQuotaRefusal = (says: string): boolean => ofQuota.test(says) || ofLimits.test(says);

export const solverPodQuota: Cause<CertView> = {
  code: 'solver-pod-quota',
  title: 'A quota or limit of the namespace refuses the solver',
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    const refused = refusedIn(view).find(({ says }) => isQuotaRefusal(says));
    if (!refused) return clear();
    const { challenge, says, evidence } = refused;
    const quota = ofQuota.exec(says)?.[1];
    const rule = quota ? quotaOf(view, quota) : limitsOf(view);
    return found({
      object: refTo(rule ?? challenge),
      because: `${quota ? `ResourceQuota ${quota}` : 'A LimitRange'} of ${view.namespace} refuses what cert-manager makes for the challenge: ${quote(says.replace(/^.*? is forbidden: /, ''))}.`,
      confidence: 'confirmed',
      evidence: [evidence, ...(rule ? evidenceOf(rule) : [])],
      remedies: [...(quota ? [raiseQuota(view, quota, says)] : []), ...otherResources(view, refused, quota)],
    });
  },
};

function quotaOf({ sight, namespace }: CertView, name: string): KubernetesObject | undefined {
  const quotas = sight.tryList(kinds.ResourceQuota, namespace);
  return quotas.ok ? quotas.value.find(({ metadata }) => metadata.name === name) : undefined;
}

/** The refusal does not name the LimitRange: only where there is one is it known. */
function limitsOf({ sight, namespace }: CertView): KubernetesObject | undefined {
  const ranges = sight.tryList(kinds.LimitRange, namespace);
  return ranges.ok && ranges.value.length === 1 ? ranges.value[0] : undefined;
}

const evidenceOf = (rule: KubernetesObject): readonly Evidence[] =>
  rule.kind === 'ResourceQuota' ? [saw(rule, 'spec.hard'), saw(rule, 'status.used')] : [saw(rule, 'spec.limits')];

/** Never done by the tool: a quota is somebody's decision. */
function raiseQuota({ namespace }: CertView, quota: string, says: string): Remedy {
  const hard = neededBy(says);
  return byHand({
    id: 'raise-the-quota',
    title: `Let ResourceQuota ${quota} leave room for one solver pod, Service and Ingress for each host; cert-manager goes on within seconds`,
    risk: 'medium',
    commands: [
      `kubectl -n ${namespace} describe resourcequota ${quota}`,
      hard
        ? `kubectl -n ${namespace} patch resourcequota ${quota} --type merge -p '${JSON.stringify({ spec: { hard } })}'`
        : `kubectl -n ${namespace} edit resourcequota ${quota}`,
    ],
  });
}

/** Used and requested together, where they are plain numbers: `requested: pods=1, used: pods=2, limited: pods=2`. */
function neededBy(says: string): Readonly<Record<string, string>> | undefined {
  const parts = /requested: (.*), used: (.*), limited: /.exec(says);
  const amounts = (text = ''): readonly (readonly [string, number])[] =>
    [...text.matchAll(/([\w./-]+)=([^,]+)/g)].map(([, name = '', amount]) => [name, Number(amount)] as const);
  const used = new Map(amounts(parts?.[2]));
  const needed = amounts(parts?.[1]).map(([name, more]) => [name, more + (used.get(name) ?? Number.NaN)] as const);
  if (needed.length === 0 || needed.some(([, amount]) => !Number.isFinite(amount))) return undefined;
  return Object.fromEntries(needed.map(([name, amount]) => [name, String(amount)]));
}

/** Where it is the size of the pod that is refused, the issuer can ask for another one (cert-manager 1.19 and newer). */
function otherResources(view: CertView, { challenge, says }: Refused, quota: string | undefined): readonly Remedy[] {
  const isOfSize = !quota || /must specify|cpu|memory/.test(says);
  if (!isOfSize) return [];
  const resources = resourcesWithin(says);
  const version = certManagerVersion(view.sight);
  return [
    byHand({
      id: 'give-the-solver-other-resources',
      title: `Have the issuer's solver pod ask for what the namespace allows (cert-manager 1.19 or newer${version ? `; here ${version}` : ''})`,
      risk: 'medium',
      ...(mayHave(version, '1.19.0') ? {} : { blockedBy: `cert-manager ${version} cannot set it: 1.19 is needed` }),
      commands: [
        `kubectl -n ${view.namespace} describe limitranges,resourcequotas`,
        solverCommand(view, challenge, { field: 'http01/ingress', value: withPodTemplate(challenge, { resources }) }),
      ],
    }),
  ];
}

/** What a solver pod asks for by itself, but for the bound that was named: `minimum cpu usage per Container is 100m, but …`. */
function resourcesWithin(says: string) {
  const [, of, amount] = /(?:minimum|maximum) (cpu|memory) usage per \w+ is (\w+)/.exec(says) ?? [];
  const bound = of && amount ? { [of]: amount } : {};
  return {
    requests: { cpu: '10m', memory: '64Mi', ...bound },
    limits: { cpu: '100m', memory: '64Mi', ...bound },
  };
}

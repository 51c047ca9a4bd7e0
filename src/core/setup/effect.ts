import type { SecretKey } from '../manifests/secrets-env.ts';
import type { ClusterIdentity } from '../outside/cluster-reader.ts';
import type { Prerequisite } from '../prerequisites/prerequisite.ts';
import type { FitFinding } from './fit/finding.ts';
import type { KeptSecret, StepName } from './question.ts';
import type { EnvironmentName, IngressFacts, MonitoringPart } from './settings.ts';

/** What is applied together: the ClusterIssuers before everything else, then one environment. */
export type Part = 'issuers' | EnvironmentName;

/** What set-up can ask to be done, by name: what it needs to know, and what comes back. No row holds a secret. */
export type Effects = {
  'look-machine': { readonly args: object; readonly result: MachineFacts };
  'look-cluster': { readonly args: { readonly context: string }; readonly result: ClusterFacts };
  'keep-profile': { readonly args: { readonly name: string }; readonly result: { readonly name: string } };
  'look-secrets': { readonly args: { readonly environment: EnvironmentName }; readonly result: SecretsFacts };
  'resolve-hosts': { readonly args: { readonly hosts: readonly string[] }; readonly result: readonly HostFacts[] };
  /** Writes the operator's tree. A file that the operator changed is left alone unless `overwrite`. */
  'write-tree': { readonly args: { readonly overwrite: boolean }; readonly result: TreeFacts };
  'look-fit': { readonly args: { readonly environment: EnvironmentName }; readonly result: readonly FitFinding[] };
  /** Dry runs of everything in the part, held against what is there. */
  plan: { readonly args: { readonly part: Part }; readonly result: PlanFacts };
  apply: { readonly args: { readonly part: Part; readonly takeOver: boolean }; readonly result: ApplyFacts };
  'wait-ready': { readonly args: { readonly part: Part }; readonly result: WaitFacts };
  verify: { readonly args: { readonly environment: EnvironmentName }; readonly result: VerifyFacts };
  /** Keeps in the environment what was applied and what verification came to. */
  'keep-gate': { readonly args: { readonly environment: EnvironmentName }; readonly result: GateFacts };
  /** What staging remembers, for production without a run of staging before it. */
  'read-gate': { readonly args: object; readonly result: GateFacts };
};
export type EffectName = keyof Effects;

/** A request of the journey. Its key names its answer: equal requests have equal keys. */
export type Effect<N extends EffectName = EffectName> = {
  readonly kind: 'effect';
  readonly name: N;
  readonly step: StepName;
  readonly args: Effects[N]['args'];
};

export const request = <N extends EffectName>(name: N, step: StepName, args: Effects[N]['args']): Effect<N> => ({
  kind: 'effect',
  name,
  step,
  args,
});

export const keyOf = (effect: Effect): string => `${effect.name} ${JSON.stringify(effect.args)}`;

export type MachineFacts = {
  readonly kubectl: Prerequisite;
  readonly helm: boolean;
  readonly contexts: readonly string[];
  readonly current: string | null;
};

export type ClusterFacts = {
  readonly identity: ClusterIdentity;
  readonly prerequisites: readonly Prerequisite[];
  readonly ingressClasses: readonly {
    readonly name: string;
    readonly isDefault: boolean;
    readonly facts: IngressFacts;
  }[];
  /** Addresses of the ingress controller's load balancer, for the DNS record to ask for. */
  readonly loadBalancer: readonly string[];
  readonly monitorLabels: Readonly<Record<string, string>>;
  readonly prometheusNamespace: string;
  readonly monitoring: MonitoringFacts;
  readonly namespaces: readonly string[];
  /** A NetworkPolicy of the platform denies the environments' pods all traffic by default. */
  readonly deniesByDefault: boolean;
};

export type MonitoringFacts = {
  /** Labels that this cluster's Prometheus selects rules and PodMonitors by. */
  readonly ruleLabels: Readonly<Record<string, string>>;
  readonly podMonitorLabels: Readonly<Record<string, string>>;
  readonly certManagerNamespace: string;
  /** What can be deployed along here, and what cannot or need not. */
  readonly parts: readonly MonitoringPart[];
  readonly leftOut: readonly { readonly part: MonitoringPart; readonly because: string }[];
};

export type SecretsFacts = {
  /** The file they stand in, as the operator would type it. */
  readonly file: string;
  readonly present: Readonly<Partial<Record<SecretKey, KeptSecret>>>;
  /** What is wrong with the file or a value in it, without quoting any. */
  readonly problems: readonly string[];
};

export type HostFacts = {
  readonly host: string;
  readonly environment: EnvironmentName;
  readonly addresses: readonly string[];
  readonly state: 'ready' | 'no-address' | 'elsewhere' | 'unknown';
  readonly because: string;
  /** The record to ask for, where the load balancer's address is known. */
  readonly record: string | null;
};

export type TreeFacts = {
  readonly written: readonly string[];
  /** Files of the tree that are not as this tool would write them now. */
  readonly changed: readonly { readonly file: string; readonly diff: string }[];
  /** Whether what is applied comes from the operator's own edits, by kubectl. */
  readonly edited: boolean;
};

export type PlannedChange = {
  readonly object: string;
  readonly action: 'create' | 'change';
  /** Unified diff of what the server said; a Secret's data are masked. */
  readonly diff: string;
};

export type PlanFacts = {
  readonly changes: readonly PlannedChange[];
  readonly unchanged: number;
  /** Fields that somebody else holds and we render. */
  readonly takeovers: readonly { readonly object: string; readonly manager: string; readonly field: string }[];
  /** What must not or cannot be changed, and why: owned by GitOps or Helm, refused by the server. */
  readonly blocked: readonly {
    readonly object: string;
    readonly because: string;
    /** owned: somebody else renders it, or holds its fields. refused: the server does not take it. forbidden: not tried, for want of a right. */
    readonly why: 'owned' | 'refused' | 'forbidden';
    /** The change for its source, where the server said what it would be. */
    readonly diff: string | null;
  }[];
  /** What the server remarked without refusing. */
  readonly remarks: readonly string[];
};

export type ApplyFacts = {
  readonly outcome: 'applied' | 'stopped';
  readonly applied: readonly string[];
  readonly notApplied: readonly string[];
  readonly because: string | null;
};

export type WaitFacts = {
  readonly outcome: 'ready' | 'problem' | 'waiting';
  readonly because: string;
  readonly rootCauses: readonly string[];
};

export type CheckFacts = {
  readonly id: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'not-looked';
  readonly detail: string;
};

export type VerifyFacts = { readonly passed: boolean; readonly checks: readonly CheckFacts[] };

export type GateFacts = {
  readonly state: 'passed' | 'not-passed' | 'other-version' | 'not-looked';
  readonly because: string;
  readonly at: string | null;
  readonly digest: string | null;
};

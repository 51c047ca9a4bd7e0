import type { Fetched } from '../fetched.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { AnswerOf, ClusterLook, InsideLook } from '../look.ts';
import type { ManifestAnswer } from '../look-answers.ts';

/** Which cluster this is. What may not be read is null. */
export type ClusterIdentity = {
  readonly context: string;
  readonly server: string;
  /** SHA-256 of the certificate authority's DER, hex; null where the system's are trusted. */
  readonly caFingerprint: string | null;
  /** uid of the namespace kube-system. */
  readonly uid: string | null;
  /** The namespace of the context, or `default`. */
  readonly namespace: string;
};

/** What may be asked of a cluster without changing anything. */
export type ClusterReader = {
  readonly look: <L extends ClusterLook | InsideLook>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
  /** SelfSubjectAccessReview. */
  readonly may: (
    right: {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly namespace?: string;
      readonly name?: string;
    },
    signal: AbortSignal,
  ) => Promise<Fetched<boolean>>;
  /** As whom the API server knows us; null where it does not say. */
  readonly whoAmI: (signal: AbortSignal) => Promise<string | null>;
  /** Whether the API server would take this object in the place of the one that is there (dry run). */
  readonly tryManifest: (
    object: KubernetesObject,
    live: KubernetesObject | undefined,
    signal: AbortSignal,
  ) => Promise<Fetched<ManifestAnswer>>;
  readonly identity: (signal: AbortSignal) => Promise<ClusterIdentity>;
  /** API requests sent so far, for the report. */
  readonly requests: () => number;
};

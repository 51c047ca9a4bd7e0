/** What a test is told of the bed that stands around it: written by the host, read by whoever gets `ORION_BED`. */
export type BedDescription = {
  readonly parts: string;
  /** Kubeconfigs by user, certificates, the audit log; `folder` has the logs of the programs. */
  readonly folder: string;
  readonly clusterFolder: string;
  readonly server: string;
  readonly auditFile: string;
  readonly resolver: string;
  /** What signs the ACME servers' own certificates: an issuer's caBundle. */
  readonly acmeCaFile: string;
  readonly acme: Readonly<Record<'staging' | 'production', { readonly directory: string; readonly rootsFile: string }>>;
};

export const bedVariable = 'ORION_BED';

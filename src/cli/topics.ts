/** `orion-setup help TOPIC`. */
export const topics: Readonly<Record<string, string>> = {
  'exit-codes': `Exit codes, the same whatever the output format:

  0    healthy, or mended and verified
  1    the tool failed
  2    usage: something on the command line or in a file is wrong
  3    a problem was found
  4    waiting: nothing is wrong, it is not done yet
  5    incomplete: something that matters could not be looked at
  6    refused by a guard: wrong cluster, gate, or risk not consented to
  7    the operator said no
  8    no connection to the cluster, or no login
  124  timed out
  130  interrupted

3 wins over 5, and 5 over 4.
`,
  environment: `Environment variables:

  KUBECONFIG                      kubeconfig files, merged as kubectl does
  NO_COLOR, FORCE_COLOR           colours off, on
  TERM=dumb, ACCESSIBLE,
  INK_SCREEN_READER, CI           lines of text instead of screens
  HTTPS_PROXY, NO_PROXY           the way to the cluster
  NODE_EXTRA_CA_CERTS             further certificate authorities to trust
  XDG_CONFIG_HOME                 profiles: orion-setup/ in it
  XDG_STATE_HOME                  the journal of changes: orion-setup/ in it

Secrets are never taken from the environment or from options: from prompts, files or standard input only.
`,
  json: `-o json prints one document on standard output and nothing else there.

Every document has apiVersion "orion-setup/v1" and a kind: RunbookReport (several: RunbookReportList, of all namespaces:
SweepReport), VerifyReport, TestReport, PrerequisitesReport, SetupReport, DeployReport (diff, deploy, rollback), UndoReport,
History, Profile, ProfileList, ScenarioList, or Error for the exit codes 1, 2, 6, 7, 8, 124 and 130 ({code, message, next[]}).
Their JSON Schemas are in the package's folder schemas/. Fields are added, never renamed.
`,
  accessibility: `For screen readers, and for logs:

  --plain, or ACCESSIBLE=1, or INK_SCREEN_READER=1 in the environment

prints sentences, one after the other, and asks one question a line; nothing is redrawn, nothing is said by colour or place alone.
NO_COLOR=1 or --no-color takes colours away everywhere. Every choice can be made by its number.
`,
  rbac: `Rights, and how to ask for them:

  orion-setup prerequisites --rbac COMMAND

prints the Roles that COMMAND needs, and no more, as YAML for kubectl apply -f -. COMMAND is as it would be typed, with -n and ENV:

  orion-setup prerequisites --rbac runbook cert-pending -n orion-staging
  orion-setup prerequisites --rbac runbook cert-pending -n orion-staging --fix
  orion-setup prerequisites --rbac setup staging
  orion-setup prerequisites --rbac deploy staging --prune
  orion-setup prerequisites --rbac test pdb staging --real --whole-node

There are two sets: "look" is what the command looks at, "fix" what it needs besides to change things and to take them back. Who has
the first sees all that can be seen; without one of its rules a report is incomplete, and names the rule that is missing. A command
that only looks gets the first set; --fix (of test pdb: --real, of test metrics: --alert) prints both, as do the commands that always change something. Without
COMMAND: of every one. A Role needs its namespace: make it first where it is not there yet.

Whatever can be asked for by name is asked for by name: of Secrets only the certificate's (its values are never kept). Names that are
not known beforehand are not limited. The rights are for the service's own objects; for others put their names in. Where a cluster
can be reached, its Prometheus is looked up; else the usual names stand for it (kube-prometheus-stack in monitoring). -o json prints
the same as one List. A whole node may have anybody's pods on it: --whole-node asks for seeing and evicting pods in every namespace.
Trying whether a pod may be evicted needs the right to evict it: RBAC knows no right to only try.

Nothing is bound: above each Role stands the command that gives it to somebody. Installing components (--install) makes CRDs and
ClusterRoles, for which no small Role will do: that is a cluster administrator's.
`,
};

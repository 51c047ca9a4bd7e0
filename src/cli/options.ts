/** Every option of every command, once: parsing, help, completion and the README come from this table. */
type Option = {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** What stands for the value in help. */
  readonly value?: string;
  readonly says: string;
};

export const options = {
  context: { type: 'string', value: 'NAME', says: 'the kubeconfig context to use' },
  kubeconfig: { type: 'string', value: 'FILE', says: 'the kubeconfig file to use' },
  namespace: { type: 'string', short: 'n', value: 'NAME', says: 'the namespace to look at' },
  as: { type: 'string', value: 'USER', says: 'act as this user (impersonation)' },
  'request-timeout': { type: 'string', value: 'TIME', says: 'longest wait for one request, as 15s' },
  profile: { type: 'string', value: 'NAME', says: 'the saved profile to use' },
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    says: 'text, json, yaml, junit or markdown; each command says which it knows',
  },
  plain: { type: 'boolean', says: 'lines of text instead of screens' },
  'no-input': { type: 'boolean', says: 'never ask; what is missing is an error' },
  yes: { type: 'boolean', says: 'say yes to what is of no or low risk' },
  confirm: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    says: 'the namespace (or context) as typed consent to a riskier change',
  },
  'no-color': { type: 'boolean', says: 'no colours' },
  resolver: { type: 'string', multiple: true, value: 'ADDR[:PORT]', says: 'ask this DNS server' },
  'connect-to': { type: 'string', multiple: true, value: 'HOST:PORT:ADDR:PORT', says: "divert connections, as curl's" },
  prometheus: { type: 'string', value: 'URL', says: "Prometheus' address, where it is not found by itself" },
  save: { type: 'string', value: 'FILE', says: 'keep the evidence seen, redacted' },
  from: { type: 'string', value: 'FILE', says: 'diagnose saved evidence or a scenario, without a cluster' },
  verbose: { type: 'boolean', says: 'say every look and how it ended' },
  help: { type: 'boolean', short: 'h', says: 'help for this command' },
  version: { type: 'boolean', says: "this tool's version" },
  fix: { type: 'boolean', says: 'do what helps, after showing it' },
  remedy: { type: 'string', value: 'ID', says: 'which remedy, where there are several' },
  'dry-run': { type: 'string', value: 'server|none', says: 'server: show what would change, and change nothing' },
  watch: { type: 'boolean', says: 'keep looking until it is healthy' },
  timeout: { type: 'string', value: 'TIME', says: 'longest wait in all, as 10m' },
  'all-namespaces': { type: 'boolean', short: 'A', says: 'look at every namespace that may be read' },
  env: { type: 'string', value: 'ENV', says: 'staging or production' },
  answers: { type: 'string', value: 'FILE', says: 'answers to the questions of set-up' },
  'override-gate': {
    type: 'string',
    value: 'REASON',
    says: 'deploy production although staging has not passed; kept in the history',
  },
  'gate-from': {
    type: 'string',
    value: 'FILE',
    says: 'what staging passed on another cluster: its report, or a profile',
  },
  prune: { type: 'boolean', says: 'delete what an earlier set brought and this one has not' },
  'to-set': { type: 'string', value: 'N', says: 'the applied set to go back to' },
  'to-revision': { type: 'string', value: 'N', says: "the Deployment's revision to go back to" },
  auto: { type: 'boolean', says: 'play without questions' },
  list: { type: 'boolean', says: 'list what there is' },
  serve: { type: 'boolean', says: 'leave the practice cluster standing and say how to reach it' },
  only: { type: 'string', multiple: true, value: 'ID', says: 'this point alone; may be said several times' },
  wait: {
    type: 'string',
    value: 'TIME',
    says: 'look until all is green, as 10m; ends at once where waiting does not help',
  },
  install: { type: 'boolean', says: 'run the commands that bring what is missing, after asking' },
  rbac: { type: 'boolean', says: 'print the Roles that COMMAND needs, as YAML; --fix: those for mending too' },
  dismiss: { type: 'string', multiple: true, value: 'NOTICE', says: 'never show this notice again' },
  real: { type: 'boolean', says: 'evict for real: cordons one node for as long as it takes, after a typed yes' },
  node: { type: 'string', value: 'NAME', says: 'which node to drain; else one that has a pod of the service' },
  'whole-node': { type: 'boolean', says: 'evict all that a drain would, not only the pods of the service' },
  alert: {
    type: 'boolean',
    says: 'of test metrics: post one test alert, see whom it reaches, and end it (--wait: after that long)',
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof options;

type ValueOf<O> = O extends { readonly multiple: true }
  ? readonly string[]
  : O extends { readonly type: 'boolean' }
    ? boolean
    : string;

/** What was said on the command line. */
export type Options = { readonly [Name in OptionName]?: ValueOf<(typeof options)[Name]> };

/** Options that every command takes. */
export const globalOptions = [
  'context',
  'kubeconfig',
  'namespace',
  'as',
  'request-timeout',
  'profile',
  'output',
  'plain',
  'no-input',
  'no-color',
  'verbose',
  'help',
] as const satisfies readonly OptionName[];

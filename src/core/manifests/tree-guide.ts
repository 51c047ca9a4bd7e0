import { type EnvironmentName, environmentNames, issuerNames, namespaces, type Settings } from '../setup/settings.ts';
import { openEgress } from './network-rules.ts';
import { writtenBy } from './tree-yaml.ts';

/** The README.md of the operator's tree: what to type, by someone who has not seen it before and has little time. */
export function treeGuide(settings: Settings): string {
  const environments = environmentNames.filter((name) => settings.environments[name] !== undefined);
  return [
    `<!-- ${writtenBy} -->`,
    "# ORION's auth service",
    '',
    '| environment | context | namespace | host | issuer |',
    '|---|---|---|---|---|',
    ...environments.map((name) => row(settings, name)),
    '',
    ...commands(environments),
    ...rollback,
    ...checklist(settings),
    ...problems,
  ].join('\n');
}

function row({ environments }: Settings, name: EnvironmentName): string {
  const own = environments[name];
  return `| ${name} | \`${own?.context ?? ''}\` | \`${namespaces[name]}\` | \`${own?.host ?? ''}\` | \`${issuerNames[name]}\` |`;
}

const line = (command: string, why: string): string => `${command.padEnd(48)} # ${why}`;

function commands(environments: readonly EnvironmentName[]): readonly string[] {
  return [
    '## Commands',
    '',
    'Run them here. kubectl takes the current context: name another with `--context`.',
    '',
    '```sh',
    line('kubectl apply -f base/issuer.yaml', 'the ClusterIssuers, once a cluster'),
    ...environments.flatMap((name) => [
      line(`orion-setup diff ${name}`, 'what would change'),
      line(`orion-setup deploy ${name}`, 'apply it'),
      line(`kubectl apply -k overlays/${name}/`, 'the same with kubectl alone'),
      line(`./verify-deployment.sh ${name} ${namespaces[name]}`, 'the thirteen checks'),
    ]),
    '```',
    '',
    '`secrets.env` of each overlay is never committed. On another machine write it again: `orion-setup setup secrets ENV`.',
    '',
  ];
}

const rollback: readonly string[] = [
  '## Rollback',
  '',
  '```sh',
  line('orion-setup rollback ENV', 'shows what there is to go back to, and asks'),
  'kubectl -n NAMESPACE rollout undo deployment/auth-service',
  '```',
  '',
  'An earlier revision finds its Secret: each has the hash of its contents in its name, and old ones are kept.',
  '',
];

function checklist({ environments, ingress }: Settings): readonly string[] {
  const production = environments.production;
  const open = production === undefined ? [] : openEgress(production);
  return [
    '## Before production',
    '',
    '- [ ] staging is verified with the same base and image (`orion-setup verify staging`)',
    `- [ ] \`${production?.host ?? 'the host'}\` points at the load balancer, and port 80 is open: HTTP-01 needs it`,
    '- [ ] the ingress controller sees the real client address, else all clients share one limit',
    '- [ ] NetworkPolicies are enforced by this network',
    ...open.map(
      (what) =>
        `- [ ] ${what} may be reached at any address: name a range in \`networkpolicy-patch.yaml\` where it is fixed`,
    ),
    ...(ingress.allowsCustomHeaders
      ? []
      : ['- [ ] HSTS and the other headers are set by the platform team: this controller lets no Ingress name them']),
    '- [ ] Secrets are encrypted at rest (ask who runs the cluster; it cannot be seen from outside)',
    '- [ ] alerts reach a person',
    '',
  ];
}

const problems: readonly string[] = [
  '## Common problems',
  '',
  '| you see | run |',
  '|---|---|',
  '| the certificate stays Pending | `orion-setup runbook cert-pending` |',
  '| a rollout or a drain is stuck | `orion-setup runbook pdb-blocking` |',
  '| no metrics | `orion-setup runbook prometheus-not-scraping` |',
  '| pods wait with CreateContainerConfigError | the Secret is missing: write `secrets.env`, deploy again |',
  '| a drain refuses pods with local storage | `kubectl drain NODE --ignore-daemonsets --delete-emptydir-data` (only /tmp is lost) |',
  '| the browser warns on staging | as designed: its certificate is for tests |',
  '',
];

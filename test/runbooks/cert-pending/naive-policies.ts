/**
 * What the documents of NetworkPolicy say, written down once more without any of the tool's own code and as plainly as can be: every
 * address as 32 characters, every port of a range counted out. It is there to be compared with.
 */
export type Policy = {
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly { readonly from?: readonly End[]; readonly ports?: readonly Port[] }[];
  readonly egress?: readonly { readonly to?: readonly End[]; readonly ports?: readonly Port[] }[];
};
export type Selector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};
export type End = {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
};
export type Port = { readonly port?: number | string; readonly endPort?: number; readonly protocol?: string };

/** A pod; on its node's network it has an address only, and nobody here knows which. */
export type NaivePod = {
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly onHost: boolean;
};

function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const has = new Map(Object.entries(labels));
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (has.get(key) !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (operator === 'Exists' && !has.has(key)) return false;
    if (operator === 'DoesNotExist' && has.has(key)) return false;
    if (operator === 'In' && !values.some((value) => has.get(key) === value)) return false;
    if (operator === 'NotIn' && values.some((value) => has.get(key) === value)) return false;
  }
  return true;
}

const bits = (address: string): string =>
  address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');

function holds(cidr: string, address: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  return bits(address).startsWith(bits(base).slice(0, Number(length)));
}

function isEnd(end: End, other: NaivePod, home: string): boolean {
  if (end.ipBlock) {
    // Some address of some node is in every block.
    if (other.onHost) return true;
    const { cidr, except = [] } = end.ipBlock;
    return holds(cidr, other.address) && except.every((block) => !holds(block, other.address));
  }
  if (other.onHost) return false;
  if (end.namespaceSelector === undefined && other.namespace !== home) return false;
  if (end.namespaceSelector !== undefined && !matches(end.namespaceSelector, other.namespaceLabels)) return false;
  return end.podSelector === undefined || matches(end.podSelector, other.labels);
}

function isPort({ port, endPort, protocol = 'TCP' }: Port, number: number, names: readonly string[]): boolean {
  if (protocol !== 'TCP') return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return names.includes(port);
  for (let one = port; one <= (endPort ?? port); one += 1) if (one === number) return true;
  return false;
}

/** Whether the policies of one side let `other` connect (Ingress) or be connected to (Egress). `names`: what the called pod calls its port. */
export function naivelyAdmits(
  policies: readonly Policy[],
  way: 'Ingress' | 'Egress',
  own: NaivePod,
  other: NaivePod,
  called: { readonly number: number; readonly names: readonly string[] },
): boolean {
  let isSelected = false;
  for (const policy of policies) {
    const given = policy.policyTypes ?? [];
    const types = given.length > 0 ? given : ['Ingress', ...((policy.egress ?? []).length > 0 ? ['Egress'] : [])];
    if (!types.includes(way) || !matches(policy.podSelector ?? {}, own.labels)) continue;
    isSelected = true;
    const rules =
      way === 'Ingress'
        ? (policy.ingress ?? []).map(({ from, ports }) => ({ ends: from ?? [], ports: ports ?? [] }))
        : (policy.egress ?? []).map(({ to, ports }) => ({ ends: to ?? [], ports: ports ?? [] }));
    for (const { ends, ports } of rules) {
      const byEnd = ends.length === 0 || ends.some((end) => isEnd(end, other, own.namespace));
      const byPort = ports.length === 0 || ports.some((port) => isPort(port, called.number, called.names));
      if (byEnd && byPort) return true;
    }
  }
  return !isSelected;
}

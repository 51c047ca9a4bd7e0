import { at } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import type { Practice } from '../../src/practice/practice.ts';

/** How many nodes take no new pods, as the cluster itself says. */
export async function cordonedOn({ kubeconfig }: Practice): Promise<number> {
  const { reader, close } = await connect({ kubeconfig, env: {} });
  const nodes = await reader.look({ at: 'list', kind: kinds.Node }, new AbortController().signal);
  close();
  return nodes.ok ? nodes.value.filter((node) => at(node, 'spec.unschedulable') === true).length : -1;
}

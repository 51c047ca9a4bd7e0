import { Document, isScalar, visit } from 'yaml';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';

/** Roles of one set of rights of a command. */
export type RoleSet = {
  /** As it is typed, without `orion-setup`. */
  readonly command: string;
  readonly set: 'look' | 'fix';
  readonly roles: readonly KubernetesObject[];
};

/** For `kubectl apply -f -`: every Role with what it is for and how it is given to somebody. */
export function rolesYaml(sets: readonly RoleSet[]): string {
  return sets.flatMap((set) => set.roles.map((role) => `---\n${headOf(set, role)}${yamlOf(role)}`)).join('');
}

function headOf({ command, set }: RoleSet, { kind, metadata: { name, namespace } }: KubernetesObject): string {
  const what = set === 'look' ? 'what it looks at' : 'what it needs besides to change things';
  const where = namespace === undefined ? 'in all of the cluster' : `in ${namespace}`;
  const bind =
    kind === 'ClusterRole'
      ? `kubectl create clusterrolebinding ${name}-NAME --clusterrole=${name} --user=NAME`
      : `kubectl -n ${namespace} create rolebinding ${name}-NAME --role=${name} --user=NAME`;
  return `# orion-setup ${command}: ${what}, ${where} (set "${set}").\n# Give it to somebody: ${bind}\n`;
}

/** Lists of words on one line, as people write Roles. */
function yamlOf(role: KubernetesObject): string {
  const document = new Document(role);
  visit(document, {
    Seq: (_, list) => {
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 });
}

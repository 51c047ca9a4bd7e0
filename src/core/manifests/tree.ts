import type { KubernetesObject } from '../kubernetes/object.ts';
import { type EnvironmentName, environmentNames, type Settings } from '../setup/settings.ts';
import { overlayOf } from './overlay.ts';
import type { SecretValues } from './secrets-env.ts';
import { sharedBase } from './shared-base.ts';
import { baseFiles } from './tree-base.ts';
import type { TreeFile } from './tree-file.ts';
import { treeGuide } from './tree-guide.ts';
import { overlayFiles } from './tree-overlay.ts';
import { writtenBy } from './tree-yaml.ts';

/**
 * All that set-up writes into the operator's tree: base, one overlay for each environment of the settings, and what stands beside
 * them. secrets.env only for environments whose values are given; without it that overlay does not build.
 */
export function treeFiles(
  base: readonly KubernetesObject[],
  settings: Settings,
  secrets: Readonly<Partial<Record<EnvironmentName, SecretValues>>>,
): readonly TreeFile[] {
  const environments = environmentNames.filter((name) => settings.environments[name] !== undefined);
  return [
    ...baseFiles(sharedBase(base, settings)),
    ...environments.flatMap((name) => overlayFiles(name, overlayOf(base, settings, name), secrets[name])),
    { path: '.gitignore', text: `# ${writtenBy}\nsecrets.env\n`, mode: 0o644 },
    { path: 'README.md', text: treeGuide(settings), mode: 0o644 },
    { path: 'verify-deployment.sh', text: verifyScript, mode: 0o755 },
  ];
}

const verifyScript = `#!/bin/sh
# ${writtenBy}
# The thirteen checks, for pipelines. Its exit code is orion-setup's: 0 healthy, 3 a problem, 4 not done yet, 5 not all could be seen.
set -eu
if [ "$#" -ne 2 ]; then
  echo "usage: $0 staging|production NAMESPACE" >&2
  exit 2
fi
exec orion-setup verify "$1" --namespace "$2"
`;

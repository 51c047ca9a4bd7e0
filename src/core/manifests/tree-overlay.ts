import type { EnvironmentName } from '../setup/settings.ts';
import { secretName } from './generated-secret.ts';
import type { Overlay } from './overlay.ts';
import { formatSecrets, type SecretValues } from './secrets-env.ts';
import type { TreeFile } from './tree-file.ts';
import { writtenBy, yamlFile } from './tree-yaml.ts';

/** `overlays/<environment>/` of the operator's tree: the overlay that is rendered in process, written down. */
export function overlayFiles(
  environment: EnvironmentName,
  overlay: Overlay,
  secrets: SecretValues | undefined,
): readonly TreeFile[] {
  const folder = `overlays/${environment}`;
  const yaml = (file: string, about: string, document: unknown): TreeFile => ({
    path: `${folder}/${file}`,
    text: yamlFile(about, document),
    mode: 0o644,
  });
  return [
    yaml('kustomization.yaml', aboutKustomization, kustomizationOf(overlay)),
    ...overlay.patches.map(({ file, about, patch }) => yaml(file, about, patch)),
    ...overlay.additions.map(({ file, about, object }) => yaml(file, about, object)),
    ...overlay.elsewhere.map((one) => yaml(fileOf(one), aboutElsewhere, namespaceOf(one))),
    ...(secrets === undefined ? [] : [secretsFile(folder, secrets)]),
  ];
}

const aboutKustomization =
  'namespace: stamps the ClusterIssuers too; the API server ignores that, and orion-setup leaves it out.';

const aboutElsewhere = 'Puts an object back where it belongs: namespace: stamps whatever has one.';

const fileOf = ({ name }: Overlay['elsewhere'][number]): string => `${name}-namespace.yaml`;

const namespaceOf = ({ kind, name, namespace }: Overlay['elsewhere'][number]) => ({
  apiVersion: 'builtin',
  kind: 'PatchTransformer',
  metadata: { name: `${name}-namespace` },
  target: { kind, name },
  patch: JSON.stringify([{ op: 'replace', path: '/metadata/namespace', value: namespace }]),
});

function kustomizationOf({ namespace, image, patches, additions, elsewhere }: Overlay): unknown {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: ['../../base', ...additions.map(({ file }) => file)],
    images: [
      {
        name: image.from,
        newName: image.to.name,
        ...(image.to.tag === undefined ? {} : { newTag: image.to.tag }),
        ...(image.to.digest === undefined ? {} : { digest: image.to.digest }),
      },
    ],
    // By target: the objects of the base carry the base's namespace, which a patch would have to name too.
    patches: patches.map(({ file, patch }) => ({
      path: file,
      target: { kind: patch.kind, name: patch.metadata.name },
    })),
    ...(elsewhere.length === 0 ? {} : { transformers: elsewhere.map(fileOf) }),
    // The hash of its contents goes into its name: a changed secret rolls the pods, a rollback finds the old one.
    secretGenerator: [{ name: secretName, envs: ['secrets.env'] }],
  };
}

function secretsFile(folder: string, secrets: SecretValues): TreeFile {
  const head = `# ${writtenBy}\n# key=value, all after the first = as it stands. Never commit it.\n`;
  return { path: `${folder}/secrets.env`, text: `${head}${formatSecrets(secrets)}`, mode: 0o600, holdsSecrets: true };
}

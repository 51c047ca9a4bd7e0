import { stringify } from 'yaml';

/** Who wrote a file, as its first line says it. */
export const writtenBy = 'Written by orion-setup. Yours to edit: it never overwrites what you changed without a yes.';

/**
 * One or more documents under the line that says who wrote them, and one that says what they are. Values that YAML 1.1 reads as
 * something else than text (`on`, `1e3`) are quoted, since kubectl reads 1.1.
 */
export function yamlFile(about: string, ...documents: readonly unknown[]): string {
  const body = documents.map((document) =>
    stringify(document, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `# ${writtenBy}\n# ${about}\n${body.join('---\n')}`;
}

import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

export type Pattern = { readonly file: string; readonly source: string; readonly flags: string };

/** Every regular expression that stands in the files of a folder, one for each of its alternatives: what is written nowhere else cannot be forgotten. */
export function patternsIn(folder: string): readonly Pattern[] {
  return filesIn(folder).flatMap((path) => {
    const found: Pattern[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const [, source = '', flags = ''] = /^\/([\s\S]*)\/([a-z]*)$/.exec(node.text) ?? [];
        for (const one of alternativesOf(source))
          found.push({ file: path.slice(folder.length + 1), source: one, flags: flags.replace('g', '') });
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
    return found;
  });
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`);

/** `(?:a|b) c|d` is `(?:a) c`, `(?:b) c` and `d`. */
export const alternativesOf = (source: string): readonly string[] => split(source).flatMap(expanded);

function split(source: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { at, depth } of outside(source)) {
    if (source[at] !== '|' || depth > 0) continue;
    parts.push(source.slice(start, at));
    start = at + 1;
  }
  return [...parts, source.slice(start)];
}

function expanded(part: string): readonly string[] {
  const open = outside(part).find(({ at }) => part[at] === '(');
  if (!open) return [part];
  const close = outside(part).find(({ at, depth }) => at > open.at && part[at] === ')' && depth === open.depth);
  const end = close?.at ?? part.length;
  const [kind = ''] = /^\?(?::|=|!|<[=!]|<\w+>)/.exec(part.slice(open.at + 1)) ?? [];
  const [often = ''] = /^[?*+]/.exec(part.slice(end + 1)) ?? [];
  const rest = expanded(part.slice(end + 1 + often.length));
  const inner = part.slice(open.at + 1 + kind.length, end);
  // What must not follow is no alternative.
  const choices = kind === '?!' ? [inner] : alternativesOf(inner);
  return choices.flatMap((choice) => rest.map((tail) => `${part.slice(0, open.at)}(${kind}${choice})${often}${tail}`));
}

/** The places of a source that are neither escaped nor in a class of characters; `depth` before an opening and after a closing bracket. */
function outside(source: string): readonly { readonly at: number; readonly depth: number }[] {
  const places: { at: number; depth: number }[] = [];
  let [depth, isInClass] = [0, false];
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (sign === '\\') at += 1;
    else if (isInClass) isInClass = sign !== ']';
    else {
      if (sign === ')') depth -= 1;
      places.push({ at, depth });
      if (sign === '[') isInClass = true;
      if (sign === '(') depth += 1;
    }
  }
  return places;
}

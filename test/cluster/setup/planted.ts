import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

/** Finds planted secrets wherever they are, in whatever form. */

/** Every secret of an installation, whole and by its telling parts. */
function valuesOf({ secrets }: Pick<Installation, 'secrets'>): readonly string[] {
  return Object.values(secrets).flatMap((of) =>
    Object.values(of).flatMap((value) => [value, ...(value.match(/pLanted[\w-]+/g) ?? [])]),
  );
}

/** As text, in a URL, in JSON, in hexadecimal, and in base64 wherever in a longer text it began. */
function formsOf(value: string): readonly string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + value).toString('base64');
    // The first and the last group also hold what stands beside the value.
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  const inUrlBase64 = inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [
    value,
    encodeURIComponent(value),
    decodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('hex'),
    ...inBase64,
    ...inUrlBase64,
  ];
}

/** A search for all of them: gives those that `text` holds. */
export function searchFor(installation: Pick<Installation, 'secrets'>): (text: string) => readonly string[] {
  const forms = [...new Set(valuesOf(installation).flatMap(formsOf))];
  return (text) => forms.filter((form) => text.includes(form));
}

/** Every file below a folder, with its bytes one character each. */
export function filesBelow(folder: string): readonly { readonly path: string; readonly bytes: string }[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path, 'latin1') }));
}

/** The arguments and the environments of all processes of the bed, as long as `work` goes on. */
export async function sampled<T>(
  work: Promise<T>,
): Promise<{ readonly result: T; readonly processes: ReadonlySet<string> }> {
  const processes = new Set<string>();
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      for (const of of ['cmdline', 'environ']) processes.add(`${of} ${textOf(`/proc/${pid}/${of}`)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { result: await ended, processes };
}

/** A process may end while it is looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

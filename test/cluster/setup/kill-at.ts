/**
 * Loaded into the built command before it starts (NODE_OPTIONS=--import): ends the process as kill -9 does, at a record of its journal.
 * ORION_KILL is "WHEN RECORD [KIND [NAMESPACE]]": `after intent Deployment` (on disk, nothing sent yet), `before sent Deployment` (sent, nothing
 * written of it), `torn sent Deployment` (half of the line on disk). KIND is that of the object of the last intent, NAMESPACE its own; of
 * several changes to one kind `delete/Certificate` is the one that deletes.
 * With ORION_SIGNAL another signal than kill's is sent: SIGSTOP holds it there.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const [when, record, kind, namespace] = (process.env['ORION_KILL'] ?? '').split(' ');

let isDue = false;
const die = () => {
  isDue = false;
  process.kill(process.pid, process.env['ORION_SIGNAL'] ?? 'SIGKILL');
};

const any = await open('/dev/null');
const handles: FileHandle = Object.getPrototypeOf(any);
await any.close();

const { writeFile, sync } = handles;
let last: { readonly does?: string; readonly kind?: string; readonly namespace?: string } = {};
const lastOf = ({
  do: does,
  object,
  ref,
}: {
  readonly do: string;
  readonly object?: Written;
  readonly ref?: Written;
}) => ({
  ...(object ?? ref),
  ...object?.metadata,
  does,
});
type Written = {
  readonly kind: string;
  readonly namespace?: string;
  readonly metadata?: { readonly namespace?: string };
};

function isMet(line: string): boolean {
  const written = JSON.parse(line);
  if (written.record === 'begun') last = {};
  if (written.record === 'intent') last = lastOf(written.change);
  return (
    written.record === record &&
    (kind === undefined || [last.kind, `${last.does}/${last.kind}`].includes(kind)) &&
    (namespace === undefined || namespace === last.namespace)
  );
}

handles.writeFile = async function (this: FileHandle, data, ...rest) {
  const isRecord = typeof data === 'string' && data.startsWith('{') && data.includes('"record":');
  if (isRecord && isMet(data)) {
    if (when === 'torn') {
      const path = openSync(`/proc/self/fd/${this.fd}`, 'a');
      writeSync(path, data.slice(0, data.length / 2));
      closeSync(path);
    }
    if (when === 'after') isDue = true;
    else die();
  }
  return await writeFile.call(this, data, ...rest);
};

handles.sync = async function (this: FileHandle) {
  await sync.call(this);
  if (isDue) die();
};

import { chmod, mkdir, open, readdir, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Begun, type Journal, type JournalRecord, lineOf, parseJournal } from '../../core/journal.ts';
import { begunOf } from '../../core/journal-state.ts';
import { syncFolder } from '../files/atomic-write.ts';
import { errorCode, fileTrouble } from '../files/file-trouble.ts';
import { lockFolder } from '../files/folder-lock.ts';
import { isAlive, thisProcess } from '../files/running-process.ts';
import { fingerprint, randomName, randomSalt } from '../keys/secret-values.ts';

/** The journals of this machine: one file a change set, `ID.jsonl`, readable by its owner only. */
export type Journals = {
  /** Begins a change set: its first record is on disk when this resolves. */
  readonly begin: (begun: Omit<Begun, 'record' | 'id' | 'salt' | 'process'>) => Promise<OpenJournal>;
  /** Goes on with one. A torn last line is cut off first, since what it says does not count. */
  readonly resume: (id: string) => Promise<OpenJournal | undefined>;
  readonly read: (id: string) => Promise<Journal | undefined>;
  /** All of them, the newest first; those that never began come last. */
  readonly list: () => Promise<readonly (Journal & { readonly id: string })[]>;
  /** Held while things are changed. Throws ExpectedStop('refused') where another run holds it. */
  readonly lock: () => Promise<AsyncDisposable>;
};

export type OpenJournal = {
  readonly id: string;
  /** On disk when it resolves: only then may the act follow that it announces. */
  readonly append: (record: Exclude<JournalRecord, Begun>) => Promise<void>;
  /** The fingerprint of a secret value, comparable within this journal only. */
  readonly fingerprint: (value: string) => string;
};

export type JournalOptions = {
  readonly folder: string;
  /** Called after each record is on disk: where tests kill the process. */
  readonly written?: (record: JournalRecord) => void;
};

const idLength = 6;
const fileName = /^[a-z2-7]{6}\.jsonl$/;

export function makeJournals({ folder, written }: JournalOptions): Journals {
  const pathOf = (id: string) => join(folder, `${id}.jsonl`);

  const append = async (id: string, record: JournalRecord) => {
    await appendLine(pathOf(id), lineOf(record));
    written?.(record);
  };
  const opened = ({ id, salt }: Begun): OpenJournal => ({
    id,
    append: (record) => append(id, record),
    fingerprint: (value) => fingerprint(salt, value),
  });
  const read = async (id: string): Promise<Journal | undefined> => {
    if (!fileName.test(`${id}.jsonl`)) return undefined;
    const text = await textOf(pathOf(id));
    return text === undefined ? undefined : journalIn(text);
  };

  return {
    begin: async (given) => {
      await makePrivate(folder);
      const id = await newFile(folder);
      const begun: Begun = { record: 'begun', id, salt: randomSalt(), ...given, process: thisProcess() };
      await append(id, begun);
      // The file's name is new in the folder; later records only make the file longer, which its own sync covers.
      await syncFolder(folder);
      return opened(begun);
    },

    resume: async (id) => {
      const journal = await read(id);
      const begun = journal && begunOf(journal);
      if (!begun) return undefined;
      if (journal.isTorn) await cutTorn(pathOf(id));
      return opened(begun);
    },

    read,

    list: async () => {
      const names = (await namesIn(folder)).filter((name) => fileName.test(name));
      const journals: (Journal & { readonly id: string })[] = [];
      // One after the other: years of them at once would need more open files than a process may have.
      for (const name of names) {
        journals.push({ id: name.slice(0, idLength), ...journalIn((await textOf(join(folder, name))) ?? '') });
      }
      const begunAt = (journal: Journal) => Date.parse(begunOf(journal)?.at ?? '') || 0;
      return journals.toSorted((one, other) => begunAt(other) - begunAt(one) || one.id.localeCompare(other.id));
    },

    lock: async () => {
      await makePrivate(folder);
      return await lockFolder(folder);
    },
  };
}

/** Where another process of this machine began it and is still there, with that. */
function journalIn(text: string): Journal {
  const journal = parseJournal(text);
  const by = begunOf(journal)?.process;
  return by && by.pid !== process.pid && isAlive(by) ? { ...journal, running: by.pid } : journal;
}

async function makePrivate(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    if (made !== undefined) await syncFolder(dirname(folder));
  } catch (error) {
    throw fileTrouble(error, 'write', folder);
  }
}

/** Makes an empty file with a new id; `wx` makes sure that no other run has the same one. */
async function newFile(folder: string): Promise<string> {
  for (;;) {
    const id = randomName(idLength);
    try {
      await (await open(join(folder, `${id}.jsonl`), 'wx', 0o600)).close();
      return id;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fileTrouble(error, 'write', folder);
    }
  }
}

async function appendLine(path: string, line: string): Promise<void> {
  try {
    const file = await open(path, 'a', 0o600);
    try {
      await file.writeFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileTrouble(error, 'write', path);
  }
}

async function cutTorn(path: string): Promise<void> {
  const bytes = await readFile(path);
  await truncate(path, bytes.lastIndexOf(0x0a) + 1);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileTrouble(error, 'read', path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileTrouble(error, 'read', folder);
  }
}

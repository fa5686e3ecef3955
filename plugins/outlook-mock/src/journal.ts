import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EucoraError, reasonOf, type Resource } from '@eucora/sdk';

/** One change of one record, as a line of its file has it. */
export interface Line {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The whole record; `null` once it is deleted. */
  readonly record: Resource | null;
  /** Of a create that came with a key: what it was asked with. */
  readonly key?: string;
  readonly digest?: string;
}

export interface Reading {
  readonly records: ReadonlyMap<string, Resource>;
  /** The first create with each key. */
  readonly created: ReadonlyMap<string, Line & { readonly record: Resource }>;
  /** Numbers, from 1, of the lines that are no lines: torn by a crash, or written by somebody else. */
  readonly unreadable: readonly number[];
}

/** The last line of an id wins; a second create with a key that was there first (two writers at once) never happened. */
export async function readLines(file: string): Promise<Reading> {
  const records = new Map<string, Resource>();
  const created = new Map<string, Line & { readonly record: Resource }>();
  const unreadable: number[] = [];

  for (const [index, text] of (await textOf(file)).split('\n').entries()) {
    if (text === '') continue;
    const line = parse(text);
    if (!line) unreadable.push(index + 1);
    else if (line.key !== undefined && created.has(line.key)) continue;
    else if (line.record === null) records.delete(line.id);
    else {
      records.set(line.id, line.record);
      if (line.key !== undefined) created.set(line.key, { ...line, record: line.record });
    }
  }
  return { records, created, unreadable };
}

/**
 * One write with O_APPEND, so that two writers cannot overwrite each other. It starts a line of its own even after a torn one.
 *
 * @throws EucoraError `STORAGE_FULL`, `STORAGE_UNAVAILABLE`
 */
export async function appendLine(file: string, line: Line): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const bytes = Buffer.from(`${(await endsTorn(handle)) ? '\n' : ''}${JSON.stringify(line)}\n`);
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw Object.assign(new Error('the line was cut off'), { code: 'ENOSPC' });
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw storageError(cause);
  }
}

async function endsTorn(handle: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== '\n'.charCodeAt(0);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw storageError(cause);
  }
}

function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

const isLine = (value: unknown): value is Line => {
  const line = value as Partial<Line> | null;
  return (
    typeof line?.id === 'string' &&
    (line.record === null || (typeof line.record === 'object' && line.record.id === line.id)) &&
    (line.key === undefined ||
      (typeof line.key === 'string' && typeof line.digest === 'string' && line.record !== null))
  );
};

function storageError(cause: unknown): EucoraError {
  const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new EucoraError(full ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE', {
    what: `the mailbox cannot be read or written: ${reasonOf(cause)}`,
    remedy: 'Check the room and the rights of the configured directory.',
    cause,
  });
}

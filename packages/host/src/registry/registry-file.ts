import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EucoraError, reasonOf, toEucoraError } from '@eucora/sdk';
import { parseLine, type LineFault, type Registration } from './registration.js';

/**
 * The registrations, oldest first, in a file that only grows: one JSON object a line, the last line of an id counts.
 * A line that is none is reported and passed over. A last line without its end was being written when the power went: it
 * counts if it is whole, and is otherwise passed over in silence and cut off before the next line is written.
 */
export interface Registry {
  readonly path: string;
  /** What counts now, in the order in which the ids first appeared. */
  current(): readonly Registration[];
  get(connectorId: string): Registration | undefined;
  /** Every line of the id, oldest first. */
  history(connectorId: string): readonly Registration[];
  faults(): readonly LineFault[];
  /** Durable when it returns. @throws EucoraError `STORAGE_FULL`, `STORAGE_UNAVAILABLE` */
  append(registration: Registration): void;
}

export function openRegistry(path: string): Registry {
  const { registrations, faults, tail } = read(path);
  let unended = tail;

  return {
    path,
    current: () => [...new Map(registrations.map((each) => [each.connector_id, each])).values()],
    get: (id) => registrations.findLast(({ connector_id }) => connector_id === id),
    history: (id) => registrations.filter(({ connector_id }) => connector_id === id),
    faults: () => faults,
    append(registration) {
      appendLine(path, `${unended.whole ? '\n' : ''}${JSON.stringify(registration)}\n`, unended.tornBytes);
      unended = { whole: false, tornBytes: 0 };
      registrations.push(registration);
    },
  };
}

/** What stands after the last line end. */
interface Tail {
  readonly whole: boolean;
  readonly tornBytes: number;
}

function read(path: string): { registrations: Registration[]; faults: LineFault[]; tail: Tail } {
  const lines = textOf(path).split('\n');
  const last = lines.pop() ?? '';
  const registrations: Registration[] = [];
  const faults: LineFault[] = [];
  lines.forEach((text, at) => take(text, at + 1, (error) => faults.push({ line: at + 1, error })));
  const tail = { whole: last !== '', tornBytes: 0 };
  take(last, lines.length + 1, () => Object.assign(tail, { whole: false, tornBytes: Buffer.byteLength(last) }));
  return { registrations, faults, tail };

  function take(text: string, line: number, refuse: (error: EucoraError) => void): void {
    if (text.trim() === '') return;
    try {
      registrations.push(parseLine(text, line));
    } catch (cause) {
      refuse(toEucoraError(cause));
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new EucoraError('CONFIG_INVALID', { what: `the registry ${path} cannot be read: ${reasonOf(cause)}`, cause });
  }
}

/** All of it is there when this returns, or nothing of it. */
function appendLine(path: string, text: string, tornBytes: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a', 0o600);
    const end = fstatSync(file).size - tornBytes;
    try {
      if (tornBytes > 0) ftruncateSync(file, end);
      const line = Buffer.from(text);
      if (writeSync(file, line) < line.length) throw Object.assign(new Error('no space is left'), { code: 'ENOSPC' });
      fsyncSync(file);
    } catch (cause) {
      cutBack(file, end);
      throw cause;
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const full = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const what = `the registry ${path} cannot be written: ${reasonOf(cause)}`;
    throw new EucoraError(full ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE', { what, cause });
  }
}

/** A line that was begun is taken back. Where even that fails, it is a torn line, and reading knows those. */
function cutBack(file: number, end: number): void {
  try {
    ftruncateSync(file, end);
  } catch {
    return;
  }
}

import { randomUUID } from 'node:crypto';
import { open, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import { ownIdentity, stateOf, type ProcessIdentity } from './process-identity.js';

interface Claim extends ProcessIdentity {
  readonly id: string;
}

type Line = { readonly claim: Claim } | { readonly release: string };

export interface FolderLock {
  /** A second call does nothing. */
  release(): Promise<void>;
}

const BEAT_MS = 10_000;
/** A holder of whose process we know nothing is taken for gone when it has been silent for so long. */
const SILENCE_MS = 60_000;

/**
 * Holds a folder for this process alone.
 *
 * The lock file is a list that is only appended to: claims and releases. The first claim that was not released, by a
 * process that lives, holds. Appending gives all claims one order that everybody sees alike, so two starters can never
 * both win, nor can two that take over from the dead; there is no moment at which a lock is removed to be taken.
 *
 * @throws EucoraError `DATA_DIR_IN_USE` (details: `pid`, `host`)
 */
export async function lockFolder(
  folder: string,
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<FolderLock> {
  const path = join(folder, 'eucora.lock');
  const claim: Claim = { id: randomUUID(), ...ownIdentity() };

  const before = await standing(path);
  const heard = await lastBeat(path);
  const silence = now() - heard;
  refuseIfHeld(
    folder,
    before.find((other) => lives(other, silence)),
  );

  await append(path, { claim });
  const release = () => append(path, { release: claim.id });
  const gone = new Set(before.map(({ id }) => id));
  const first = (await standing(path)).find((other) => !gone.has(other.id) && lives(other, 0));
  if (first?.id !== claim.id) {
    await release();
    refuseIfHeld(folder, first);
  }
  for (const id of gone) await append(path, { release: id });

  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), BEAT_MS).unref();
  let released: Promise<void> | undefined;
  return {
    release: () => {
      clearInterval(beat);
      return (released ??= release());
    },
  };
}

/** Claims that were not released, in order. */
async function standing(path: string): Promise<Claim[]> {
  const text = await readFile(path, 'utf8').catch(absent(''));
  const lines = text.split('\n').flatMap(parseLine);
  const released = new Set(lines.flatMap((line) => ('release' in line ? [line.release] : [])));
  return lines.flatMap((line) => ('claim' in line && !released.has(line.claim.id) ? [line.claim] : []));
}

/** A line that was cut off by a crash is no claim: whoever wrote it never read it back. */
function parseLine(text: string): Line[] {
  try {
    const line = JSON.parse(text) as Partial<{ claim: Claim; release: string }>;
    return line.claim || line.release ? [line as Line] : [];
  } catch {
    return [];
  }
}

/** @param silence milliseconds since the file was last touched */
function lives(claim: Claim, silence: number): boolean {
  const state = stateOf(claim);
  return state === 'unknown' ? silence < SILENCE_MS : state === 'alive';
}

const lastBeat = (path: string): Promise<number> => stat(path).then(({ mtimeMs }) => mtimeMs, absent(0));

/** The line begins with a line feed, so that it stands apart from one that was cut off. */
async function append(path: string, line: Line): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.write(`\n${JSON.stringify(line)}\n`);
  } finally {
    await file.close();
  }
}

function refuseIfHeld(folder: string, holder: Claim | undefined): void {
  if (!holder) return;
  throw new EucoraError('DATA_DIR_IN_USE', {
    what: `${folder} is in use by process ${holder.pid} on ${holder.host}`,
    details: { pid: holder.pid, host: holder.host },
  });
}

const absent =
  <Value>(value: Value) =>
  (cause: NodeJS.ErrnoException): Value => {
    if (cause.code === 'ENOENT') return value;
    throw cause;
  };

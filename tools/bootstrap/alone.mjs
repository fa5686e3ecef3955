import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CACHE } from './places.mjs';

/** A lock without an owner's number is one that is just being made, unless it is older than this. */
const UNSIGNED_MS = 10_000;

/**
 * Does the work while no other command of this clone does such work: two commands started at once must not write
 * the same `node_modules` or `dist`. The lock of a process that is gone is taken over.
 *
 * @template T
 * @param {string} what for the person who has to wait
 * @param {() => Promise<T>} work
 * @param {string} lock the folder that is the lock
 * @returns {Promise<T>}
 */
export async function alone(what, work, lock = join(CACHE, 'alone.lock')) {
  await mkdir(join(lock, '..'), { recursive: true });
  for (let waits = 0; !(await take(lock)); waits += 1) {
    if (await isAbandoned(lock)) await discard(lock);
    else {
      if (waits === 0) console.log(`Another command is installing or building here; ${what} begins when it is done.`);
      await pause(200);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** @param {string} lock */
async function take(lock) {
  try {
    await mkdir(lock);
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
  await writeFile(join(lock, 'pid'), String(process.pid));
  return true;
}

/** @param {string} lock */
async function isAbandoned(lock) {
  try {
    const owner = Number(await readFile(join(lock, 'pid'), 'utf8'));
    if (owner > 0) return !isRunning(owner);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause;
  }
  const made = await stat(lock).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > UNSIGNED_MS;
}

/** Renamed before it is removed, so that of several that find it abandoned only one removes it. @param {string} lock */
async function discard(lock) {
  const aside = `${lock}.${process.pid}`;
  try {
    await rename(lock, aside);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    throw cause;
  }
  await rm(aside, { recursive: true, force: true });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

/** @param {unknown} cause */
const codeOf = (cause) => /** @type {NodeJS.ErrnoException} */ (cause).code;

import { setTimeout as sleep } from 'node:timers/promises';
import { EucoraError, reasonOf } from '@eucora/sdk';
import { storableAppend, type Append, type StoredEvent } from '@eucora/engine';
import type { Database, Run } from '../database/database.js';
import { failureOf, takenIndex, toStorageError } from '../database/failure.js';
import { choose, versionConflict, type Choice, type Waiting } from './choose.js';
import { CHAIN_LOCK, flushStatement, type FlushAnswer } from './flush-statement.js';
import { linked, type Flush } from './linked.js';
import { isStored, readHead, readVersions, type Head } from './rows.js';
import { streamMemory } from './stream-memory.js';

export interface EventWriter {
  append(request: Append): Promise<readonly StoredEvent[]>;
  /** After what waits is answered. */
  close(): Promise<void>;
}

/** Lets everybody run who can. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** More would only wait longer than their callers. */
const MAX_WAITING = 10_000;
/** A flush loses its turn to another host at most now and then; more than this is a fault. */
const MAX_TRIES = 30;
/** Waits, in milliseconds, while no answer comes. Together they outlast the restart of a server. */
const DOUBT_MS = [20, 50, 100, 200, 400, 800, 1_000];
/** Flushes that take the lock first after another host was met. */
const WARY_FLUSHES = 32;

/**
 * Writes for all of this process, one flush after the other: whoever comes while one is on its way goes into the next.
 * The chain is lengthened here; the primary key on the position refuses it when another host was faster.
 *
 * @param onJobs called after jobs were stored
 */
export function eventWriter(database: Database, onJobs: () => void, now: () => Date = () => new Date()): EventWriter {
  const reached = streamMemory();
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  /** The end of the chain as far as we know; unknown at first and after every surprise. */
  let head: Head | undefined;
  let wary = 0;
  /** How often in a row the database did not even tell where the chain ends. */
  let silences = 0;

  const forget = () => {
    head = undefined;
    reached.clear();
  };
  database.onLost(forget);

  const pump = async () => {
    await turn();
    while (waiting.length > 0) {
      const choice = choose(waiting, reached.get);
      waiting = choice.rest;
      for (const { waiting: one, cause } of choice.refused) one.reject(cause);
      if (choice.taken.length > 0) await store(choice);
      await turn(); // Whoever was answered may come back before the next flush leaves.
    }
    running = undefined;
  };

  /** Never throws: everyone in it is answered, or waits again. */
  const store = async (choice: Choice): Promise<void> => {
    for (const one of choice.taken) one.tries += 1;
    let flush: Flush | undefined;
    const send = async (run: Run, from: Head) => {
      flush = linked(choice, from, now());
      return sent(run, flush);
    };
    try {
      const answer =
        wary > 0 ? await underLock(send) : await send(database.once, (head ??= await readHead(database.once)));
      await conclude(choice, flush!, answer);
    } catch (cause) {
      await recover(choice, flush, cause);
    }
  };

  /** With the lock in hand nobody else lengthens the chain. */
  const underLock = (send: (run: Run, from: Head) => Promise<FlushAnswer>) =>
    database.alone(async (run) => {
      await run({ name: 'begin', text: 'begin' });
      try {
        await run({ name: 'chain-lock', text: `select pg_advisory_xact_lock(${CHAIN_LOCK})` });
        const from = await readHead(run);
        wary = from.position === head?.position ? wary - 1 : WARY_FLUSHES;
        const answer = await send(run, from);
        await run({ name: 'commit', text: 'commit' });
        return answer;
      } catch (cause) {
        if (failureOf(cause) !== 'lost') await run({ name: 'rollback', text: 'rollback' });
        throw cause;
      }
    });

  const conclude = async (choice: Choice, flush: Flush, { stale, missing }: FlushAnswer) => {
    if (!stale && !missing) return acknowledge(flush);
    for (const n of stale ?? []) choice.taken[n]!.reject(staleLease(choice.taken[n]!));
    const lost = new Set(stale);
    const conflicts = missing ? await conflictsOf(choice, missing) : new Map<number, EucoraError>();
    for (const [n, cause] of conflicts) if (!lost.has(n)) choice.taken[n]!.reject(cause);
    again(choice.taken.filter((_, n) => !lost.has(n) && !conflicts.has(n)));
  };

  const conflictsOf = async ({ predecessors }: Choice, missing: readonly number[]) => {
    const doubted = predecessors.filter(({ n }) => missing.includes(n));
    const versions = await readVersions(database.query, [...new Set(doubted.map(({ stream }) => stream))]);
    const conflicts = new Map<number, EucoraError>();
    for (const { n, stream, version: expected } of doubted) {
      const actual = versions.get(stream) ?? 0;
      if (actual !== expected) conflicts.set(n, versionConflict({ stream, expected, actual }));
    }
    for (const [stream, version] of versions) reached.set(stream, version);
    return conflicts;
  };

  const acknowledge = ({ choice, rows, stored, last }: Flush) => {
    silences = 0;
    if (rows.length > 0) head = last;
    for (const event of stored.flat()) reached.set(event.stream, event.version);
    if (choice.taken.some(({ request }) => request.jobs?.length)) onJobs();
    choice.taken.forEach((one, n) => one.resolve(stored[n]!));
  };

  const recover = async (choice: Choice, flush: Flush | undefined, cause: unknown): Promise<void> => {
    try {
      const failure = failureOf(cause);
      if (failure === 'lost') return await settleDoubt(choice, flush, cause);
      if (failure === 'taken') return await learn(choice, cause);
      if (failure === 'unlinked') return startAnew(choice);
      if (failure === 'again') return again(choice.taken);
      if (failure === 'wrong' && choice.taken.length > 1) {
        for (const one of choice.taken) one.alone = true;
        return again(choice.taken);
      }
      refuse(choice.taken, failure === 'wrong' ? unstorable(cause) : cause);
    } catch (worse) {
      refuse(choice.taken, worse);
    }
  };

  /** The database is not as we left it. */
  const startAnew = ({ taken }: Choice) => {
    forget();
    again(taken);
  };

  /** Another was faster: on the chain, or on one of the streams. */
  const learn = async ({ taken }: Choice, cause: unknown) => {
    if (takenIndex(cause) === 'events_pkey') {
      head = undefined;
      wary = WARY_FLUSHES;
    } else {
      const streams = new Set(taken.flatMap(({ request }) => request.writes.map(({ stream }) => stream)));
      for (const [stream, version] of await readVersions(database.query, [...streams])) reached.set(stream, version);
    }
    again(taken);
  };

  /**
   * No answer came, so it may be stored, or be stored yet. The very same events are sent again: only one of the two can
   * take their positions, and whose they are can be seen.
   */
  const settleDoubt = async (choice: Choice, flush: Flush | undefined, first: unknown): Promise<void> => {
    head = undefined;
    if (!flush) return waitForAnswer(choice, first);
    let cause = first;
    for (const wait of DOUBT_MS) {
      await sleep(wait);
      try {
        if (await wasStored(flush)) return acknowledge(flush);
        const { stale, missing } = await sent(database.once, flush);
        if ((!stale && !missing) || (await wasStored(flush))) return acknowledge(flush);
        return await conclude(choice, flush, { stale, missing });
      } catch (next) {
        cause = next;
        if (failureOf(next) === 'lost') continue;
        if (failureOf(next) === 'taken' && (await wasStored(flush))) return acknowledge(flush);
        return await recover(choice, flush, next);
      }
    }
    refuse(choice.taken, cause);
  };

  /** Nothing was sent yet. */
  const waitForAnswer = async ({ taken }: Choice, cause: unknown) => {
    const wait = DOUBT_MS[silences++];
    if (wait !== undefined) {
      await sleep(wait);
      return again(taken);
    }
    silences = 0;
    refuse(taken, cause);
  };

  const wasStored = async ({ rows, last }: Flush) => rows.length > 0 && (await isStored(database.once, last));

  const sent = async (run: Run, { choice, rows }: Flush): Promise<FlushAnswer> => {
    const requests = choice.taken.map(({ request }) => request);
    const { statement, values } = flushStatement({
      events: rows,
      jobs: requests.flatMap(({ jobs = [] }) => jobs),
      views: requests.flatMap(({ views }) => views),
      fences: requests.flatMap(({ fence }, n) => (fence ? [{ n, ...fence }] : [])),
      predecessors: choice.predecessors,
    });
    const [answer] = await run<FlushAnswer>(statement, values);
    return answer ?? {};
  };

  const again = (some: readonly Waiting[]) => {
    const [tired, fit] = [
      some.filter(({ tries }) => tries >= MAX_TRIES),
      some.filter(({ tries }) => tries < MAX_TRIES),
    ];
    refuse(
      tired,
      new EucoraError('STORAGE_UNAVAILABLE', { what: 'other hosts keep getting in first', retryAfterMs: 1_000 }),
    );
    waiting = [...fit, ...waiting];
  };

  const refuse = (some: readonly Waiting[], cause: unknown) => {
    const error = toStorageError(cause);
    for (const one of some) one.reject(error);
  };

  return {
    append: async (request) => {
      const storable = storableAppend(request);
      if (closed) throw new EucoraError('STORAGE_UNAVAILABLE', { what: 'the storage is closed' });
      if (waiting.length >= MAX_WAITING) {
        throw new EucoraError('STORAGE_UNAVAILABLE', {
          what: `${MAX_WAITING} appends are waiting`,
          retryAfterMs: 1_000,
        });
      }
      return new Promise((resolve, reject) => {
        waiting.push({ request: storable, tries: 0, alone: false, resolve, reject });
        running ??= pump();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

const staleLease = ({ request }: Waiting) =>
  new EucoraError('STALE_LEASE', { what: `${request.fence?.key} is no longer held by this worker` });

const unstorable = (cause: unknown) =>
  new EucoraError('INPUT_INVALID', { what: `the database refuses it: ${reasonOf(cause)}`, cause });

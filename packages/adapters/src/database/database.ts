import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { failureOf, toStorageError } from './failure.js';

/** One SQL text. It is prepared under its name, once a connection: one name, one text. An empty name: not prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Run = <Row>(statement: Statement, values?: readonly unknown[]) => Promise<Row[]>;

/** PostgreSQL, on a server or in a folder. */
export interface Database {
  /** Tried again when no answer comes: only for what may be done twice. @throws EucoraError `STORAGE_UNAVAILABLE`, `STORAGE_FULL` */
  readonly query: Run;
  /** Tried once. Throws the driver's error; see `failure.ts`. */
  readonly once: Run;
  /** Tried once, in one transaction, which `work` begins with `begin` and ends itself. Throws the driver's error. */
  alone<Value>(work: (run: Run) => Promise<Value>): Promise<Value>;
  /** Called when a connection broke: behind the next one may be a database that knows less. */
  onLost(listener: () => void): void;
  close(): Promise<void>;
}

/** Waits between tries, in milliseconds. Together they outlast the restart of a server. */
const RETRY_AFTER_MS = [20, 100, 400, 1_000];

export function databaseOver(pool: pg.Pool, end: () => Promise<void>): Database {
  const listeners = new Set<() => void>();
  const lost = () => listeners.forEach((listener) => listener());
  pool.on('error', lost);

  const alone: Database['alone'] = async (work) => {
    try {
      return await withClient(pool, work);
    } catch (cause) {
      if (failureOf(cause) === 'lost') lost();
      throw cause;
    }
  };
  const once: Run = (statement, values) => alone((run) => run(statement, values));

  const query: Run = async (statement, values) => {
    for (const wait of RETRY_AFTER_MS) {
      try {
        return await once(statement, values);
      } catch (cause) {
        if (!['lost', 'again'].includes(failureOf(cause))) throw toStorageError(cause);
        await sleep(wait);
      }
    }
    return once<never>(statement, values).catch((cause: unknown) => {
      throw toStorageError(cause);
    });
  };

  let ended: Promise<void> | undefined;
  return {
    query,
    once,
    alone,
    onLost: (listener) => void listeners.add(listener),
    close: () => (ended ??= end()),
  };
}

/** A connection that broke, or whose transaction was left open, is not used again. */
async function withClient<Value>(pool: pg.Pool, work: (run: Run) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  let broken: unknown;
  const onError = (cause: Error) => (broken = cause);
  client.on('error', onError);
  const run: Run = async <Row>({ name, text }: Statement, values?: readonly unknown[]) => {
    const { rows } = await client.query({ name, text, values: values as unknown[] });
    return rows as Row[];
  };
  try {
    return await work(run);
  } catch (cause) {
    if (failureOf(cause) === 'lost') broken = cause;
    throw cause;
  } finally {
    client.off('error', onError);
    client.release(broken !== undefined);
  }
}

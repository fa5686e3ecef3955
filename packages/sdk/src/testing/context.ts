import type { Artifacts, Context, PlaneRequestRecord } from '../context.js';
import { EucoraError } from '../errors.js';
import type { SecretReference } from '../secret-provider.js';
import { givenArtifact } from './given.js';
import { memoryArtifacts } from './artifacts.js';
import { virtualClock, type Clock } from './clock.js';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** A context that remembers what was said to it. */
export interface TestContext extends Context {
  readonly audited: readonly PlaneRequestRecord[];
  readonly logged: readonly LogLine[];
  readonly clock: Clock;
}

export interface TestContextOptions {
  /** Default: a virtual clock on which sleeping passes the time at once. */
  readonly clock?: Clock;
  /** Values by reference: `{ 'env:GRAPH_KEY': '…' }`. Default: none. */
  readonly secrets?: Readonly<Record<SecretReference, string>>;
  /** Default: the artifacts of `givenPackage()` in versions 1.0.0 and 2.0.0. */
  readonly artifacts?: Artifacts;
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal;
  readonly correlationId?: string;
  readonly tenantId?: string;
  readonly actor?: string;
}

/** A plain object: spread it to change a field, e.g. `{ ...ctx, readOnly: true }`. The records stay shared. */
export function testContext(options: TestContextOptions = {}): TestContext {
  const clock = options.clock ?? virtualClock({ autoAdvance: true });
  const signal = options.signal ?? new AbortController().signal;
  const audited: PlaneRequestRecord[] = [];
  const logged: LogLine[] = [];
  const writer = (level: LogLine['level']) => (fields: object, message: string) =>
    void logged.push({ level, fields, message });

  return {
    correlationId: options.correlationId ?? '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    tenantId: options.tenantId ?? 'tenant-1',
    actor: options.actor ?? 'tester',
    signal,
    readOnly: options.readOnly ?? false,
    now: () => clock.now(),
    sleep: (ms) => clock.sleep(ms, signal),
    log: { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') },
    secrets: { resolve: async (reference) => secretOf(options.secrets ?? {}, reference) },
    artifacts: options.artifacts ?? memoryArtifacts(givenArtifact('1.0.0'), givenArtifact('2.0.0')),
    audit: (record) => void audited.push(record),
    audited,
    logged,
    clock,
  };
}

function secretOf(secrets: Readonly<Record<SecretReference, string>>, reference: SecretReference): string {
  const value = secrets[reference];
  if (value === undefined) throw new EucoraError('SECRET_NOT_FOUND', { what: `no secret at ${reference}` });
  return value;
}

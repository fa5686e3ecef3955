import type { Context, PlaneRequestRecord } from '@eucora/sdk';
import type { Parts } from './parts.js';

interface Occasion {
  readonly correlationId: string;
  readonly actor: string;
  readonly signal?: AbortSignal;
  readonly readOnly?: boolean;
  readonly background?: boolean;
  readonly audit?: (record: PlaneRequestRecord) => void;
}

const NEVER = new AbortController().signal;

/** What a plugin gets to see of the hub, for one piece of work. */
export function contextFor(parts: Parts, occasion: Occasion): Context {
  const { correlationId, actor, signal = NEVER, readOnly = false, background = false, audit = () => {} } = occasion;
  const bound = (write: keyof Context['log']) => (fields: object, message: string) =>
    parts.log[write]({ correlation_id: correlationId, ...fields }, message);
  return {
    correlationId,
    tenantId: parts.tenantId,
    actor,
    signal,
    readOnly,
    background,
    now: () => parts.clock.now(),
    sleep: (ms) => parts.clock.sleep(ms, signal),
    log: { debug: bound('debug'), info: bound('info'), warn: bound('warn'), error: bound('error') },
    secrets: parts.secrets,
    artifacts: parts.storage.blobs,
    audit,
  };
}

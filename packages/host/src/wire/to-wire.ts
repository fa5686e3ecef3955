import { packageKey, ringNumber, type Intent, type Package } from '@eucora/sdk';
import type { IntentView, Rollout, StoredEvent } from '@eucora/engine';
import type { EventAnswer, IntentAnswer, PackageAnswer, RolloutAnswer } from './index.js';

/** Fields whose keys are data (names that a plane, a plugin or an operator chose) and stay as they are. */
const DATA = new Set(['scopes', 'packages', 'params', 'facts', 'refs', 'details', 'rollouts', 'config', 'data']);

const names = new Map<string, string>();

function snake(name: string): string {
  let wire = names.get(name);
  if (wire === undefined) {
    wire = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (names.size < 1_000) names.set(name, wire);
  }
  return wire;
}

/** An engine value in wire names. Plain JSON in, plain JSON out. */
export function toWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  const wire: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) wire[snake(name)] = DATA.has(name) ? field : toWire(field);
  }
  return wire;
}

export const packageToWire = (pkg: Package): PackageAnswer =>
  ({ package_key: packageKey(pkg), ...(toWire(pkg) as object) }) as PackageAnswer;

export const intentToWire = (intent: Intent | IntentView): IntentAnswer =>
  ({
    ...(toWire(intent) as object),
    rings: intent.rings.map((ring) => ({ ...(toWire(ring) as object), ring_number: ringNumber(ring.ring) })),
  }) as IntentAnswer;

export const rolloutToWire = (rollout: Rollout): RolloutAnswer => toWire(rollout) as RolloutAnswer;

export const eventToWire = ({ type, data, createdAt, prevHash, correlationId, ...same }: StoredEvent): EventAnswer => ({
  ...same,
  correlation_id: correlationId,
  event_type: type,
  event_data: data,
  created_at: createdAt,
  prev_hash: prevHash,
});

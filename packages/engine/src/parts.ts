import type { EvidenceProvider, ExecutionPlane, Log, Platform, PolicyGate, SecretProvider, Signer } from '@eucora/sdk';
import type { RiskWeights } from './policy/risk-weights.js';
import type { Clock } from './ports/clock.js';
import type { Storage } from './ports/storage.js';

export interface PlaneEntry {
  readonly plane: ExecutionPlane;
  /** Absent: it takes every platform. */
  readonly platforms?: readonly Platform[];
}

/** The planes that may be used now. Live: a connector that is disabled is gone at the next look. */
export interface PlaneDirectory {
  get(id: string): PlaneEntry | undefined;
  ids(): readonly string[];
}

/** Times are in milliseconds. */
export interface Settings {
  /** How long a job is held before another worker may take it; renewed while the work goes on. */
  readonly leaseMs: number;
  /** A gate that has not answered by then has said no. */
  readonly gateTimeoutMs: number;
  /** The shortest wait between two looks at the devices; later looks are further apart. */
  readonly observeMinMs: number;
  readonly observeMaxMs: number;
  /** The first wait after a transient failure; doubles up to `retryMaxMs`. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Failures of one step in a row, then the run fails. A plane that cannot be reached, or has no room, is waited for. */
  readonly maxFailures: number;
  /** A device that reported longer ago than this is not known to be well. */
  readonly staleAfterMs: number;
  /** How long a signed plan can be applied. */
  readonly planValidMs: number;
}

export const DEFAULT_SETTINGS: Settings = {
  leaseMs: 30_000,
  gateTimeoutMs: 10_000,
  observeMinMs: 2_000,
  observeMaxMs: 300_000,
  retryMinMs: 1_000,
  retryMaxMs: 300_000,
  maxFailures: 50,
  staleAfterMs: 14 * 86_400_000,
  planValidMs: 3_600_000,
};

/** Everything that the engine's functions work with. */
export interface Parts {
  readonly planes: PlaneDirectory;
  readonly gates: () => readonly PolicyGate[];
  readonly evidence: () => readonly EvidenceProvider[];
  readonly storage: Storage;
  readonly clock: Clock;
  readonly secrets: SecretProvider;
  readonly log: Log;
  readonly signer: Signer;
  /** PEM (SPKI): the signer's own public key, and those that came before it. */
  readonly trustedKeys: readonly string[];
  readonly riskWeights: RiskWeights;
  readonly tenantId: string;
  readonly settings: Settings;
}

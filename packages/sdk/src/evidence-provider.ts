import type { Context } from './context.js';
import type { Order, Sha256 } from './vocabulary.js';

/** A piece of proof. Plain JSON; large documents are blobs, named by digest. */
export interface EvidenceItem {
  /** `artifact`, `sbom`, `scan`, `signature`, `tests`, … */
  readonly kind: string;
  readonly provider: string;
  /** Present: this is the proof. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The document behind the facts, in the blob store. */
  readonly blob?: Sha256;
  /** Present instead of facts: why there is none. */
  readonly absent?: string;
}

/**
 * Looks for proof about an order. Called before a run is judged, and again when it goes on after an approval: the same proof must give the same
 * items. An exception is recorded as an absence with its reason; a transient one is not proof of anything, and the run asks again later.
 */
export interface EvidenceProvider {
  readonly name: string;
  collect(ctx: Context, order: Order): Promise<readonly EvidenceItem[]>;
}

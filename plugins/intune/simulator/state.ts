import { createHash } from 'node:crypto';

/** An assignment as Graph shows it. */
export interface SimAssignment {
  readonly '@odata.type': '#microsoft.graph.mobileAppAssignment';
  readonly id: string;
  readonly intent: 'available' | 'required' | 'uninstall' | 'availableWithoutEnrollment';
  readonly target: { readonly '@odata.type': string; readonly groupId?: string; readonly [further: string]: unknown };
  readonly settings: unknown;
}

/** Times are milliseconds of the simulator's clock; states are worked out from them when somebody asks. */
export interface SimFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sizeEncrypted: number;
  readonly createdAt: number;
  /** The signature that the present upload address carries. */
  signature: string;
  /** When the latest address was asked for, and whether it was a renewal. */
  addressAt: number;
  renewed: boolean;
  commit?: { readonly at: number; readonly ok: boolean; readonly reason?: string };
}

export interface SimContentVersion {
  readonly id: string;
  readonly files: SimFile[];
}

export interface SimApp {
  readonly id: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** What the caller set: fields of win32LobApp. */
  fields: Record<string, unknown>;
  readonly contentVersions: SimContentVersion[];
  committedContentVersion?: string;
  /** When it was pointed to its content. */
  committedAt?: number;
  assignments: SimAssignment[];
  /** SHA-256 of the setup file that was found in the committed content, after decryption. */
  setupSha256?: string;
}

export interface SimExportJob {
  readonly id: string;
  readonly appId: string;
  readonly format: string;
  readonly select: readonly string[];
  readonly filter: string;
  readonly requestedAt: number;
  readonly signature: string;
}

/** What the tenant holds. Plain data, so that a stale read can remember it. */
export interface IntuneTenant {
  readonly apps: Map<string, SimApp>;
  readonly exportJobs: Map<string, SimExportJob>;
}

export const emptyTenant = (): IntuneTenant => ({ apps: new Map(), exportJobs: new Map() });

/** A GUID that belongs to these words: the same in every run. */
export function guidOf(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('\u0000')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

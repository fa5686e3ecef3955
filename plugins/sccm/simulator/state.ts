import { createHash } from 'node:crypto';
import type { DetectionSpec } from '../src/authoring.js';

/** Times are milliseconds of the simulator's clock; what the site does by itself is worked out from them when somebody asks. */
export interface SimApplication {
  /** `ScopeId_…/Application_…` */
  readonly modelName: string;
  readonly modelId: number;
  /** Of the latest revision. */
  ciId: number;
  revision: number;
  readonly createdAt: number;
  displayName: string;
  /** The administrator's comment. */
  comment: string;
  publisher: string;
  softwareVersion: string;
  expired: boolean;
  deploymentTypes: SimDeploymentType[];
  /** When it was sent to a distribution point group, by group id, and to a single point, by host name. */
  readonly sentToGroups: Map<string, number>;
  readonly sentToPoints: Map<string, number>;
  /** `ABC00001`; SCCM makes it some time after the application. */
  readonly packageId: string;
  /** SHA-256 of what was found in the content folder, where the simulator is told where that is. */
  contentSha256?: string;
}

export interface SimDeploymentType {
  readonly name: string;
  readonly contentLocation: string;
  readonly installCommand: string;
  readonly uninstallCommand: string;
  readonly detection: readonly DetectionSpec[];
}

export interface SimAssignment {
  readonly id: number;
  readonly createdAt: number;
  /** What the caller set. */
  fields: Record<string, unknown>;
}

export interface SimCollection {
  readonly id: string;
  name: string;
  comment: string;
  /** 1 users, 2 devices. */
  readonly type: number;
  readonly limitTo: string;
  readonly rules: SimRule[];
  /** Made by somebody while the simulator ran; its members come from its rules. */
  readonly made: boolean;
  /** When it was last told, or had reason, to work out its members. */
  refreshAt?: number;
}

export interface SimRule {
  readonly '@odata.type': string;
  readonly RuleName: string;
  readonly QueryExpression?: string;
  readonly ResourceID?: number;
}

/** What the site holds. Plain data, so that a stale read can remember it. */
export interface SccmSite {
  readonly applications: Map<string, SimApplication>;
  readonly assignments: Map<number, SimAssignment>;
  readonly collections: Map<string, SimCollection>;
}

export const emptySite = (): SccmSite => ({ applications: new Map(), assignments: new Map(), collections: new Map() });

/** A GUID that belongs to these words: the same in every run. */
export function guidOf(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('\u0000')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

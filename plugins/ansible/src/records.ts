import { sha256Hex, type HeldAssignment, type Platform, type Purpose } from '@eucora/sdk';
import type { Source } from './config.js';

/**
 * What the hub keeps on AWX. AWX holds no desired state, so each fact is a group without hosts whose variables say it. Such a group
 * reaches no play. Its name is unique in its inventory, so AWX itself refuses a second one.
 */
export type HubRecord = PackageRecord | AssignmentRecord;

interface Common {
  /** The application. */
  readonly name: string;
  readonly platform: Platform;
  readonly version: string;
  /** A mark as text: intent, ring, correlation id. */
  readonly mark: string;
  /** Goes up with every change of what is wanted; a job belongs to one generation. */
  readonly generation: number;
}

/** A version that hosts can get. */
export interface PackageRecord extends Common {
  readonly kind: 'package';
  readonly sha256: string;
  readonly source: Source;
  /** Nothing of the hub's is left to do before it can be assigned. */
  readonly ready: boolean;
}

/** One version, wanted on one group of hosts. */
export interface AssignmentRecord extends Common {
  readonly kind: 'assignment';
  readonly target: string;
  readonly mode: HeldAssignment['mode'];
  readonly purpose: Purpose;
  /** Oldest first; the latest twenty. */
  readonly launches: readonly LaunchNote[];
}

/** A job that was launched for an assignment. */
export interface LaunchNote {
  readonly generation: number;
  /** From 1; the second tries again what the first left behind. */
  readonly attempt: number;
  /** AWX's id. */
  readonly job: number;
  /** Hosts that the job was for. */
  readonly asked: number;
  /** Hosts that the scope held then. */
  readonly scope: number;
}

export const OUR_PREFIX = 'eucora_';
const NOTES_KEPT = 20;
const WORDS = 40;

export const prefixOf = (name: string, platform: Platform): string =>
  `${OUR_PREFIX}${words(name)}_${short(`${name}/${platform}`)}_`;

/** Letters, digits and underscores only: Ansible warns of anything else. The digest keeps apart what looks alike. */
export function groupNameOf(record: HubRecord): string {
  const prefix = prefixOf(record.name, record.platform);
  if (record.kind === 'package') return `${prefix}package_${words(record.version)}_${short(record.version)}`;
  const { target, version, purpose } = record;
  return record.mode === 'include'
    ? `${prefix}target_${words(target)}_${short(target)}`
    : `${prefix}except_${words(target)}_${short([target, version, purpose].join('\n'))}`;
}

const words = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, WORDS);

const short = (text: string): string => sha256Hex(text).slice(0, 8);

export const descriptionOf = (record: HubRecord): string =>
  record.kind === 'package'
    ? `${record.mark} ${record.name} ${record.version}. Kept by EUCORA Hub; do not edit.`
    : `${record.mark} ${record.name} ${record.version} on ${record.target} (${record.mode}, ${record.purpose}). Kept by EUCORA Hub; deleting it is drift.`;

/** The group's variables. One key, so that nothing of ours is mistaken for a setting of a host. */
export const writeRecord = (record: HubRecord): string => JSON.stringify({ eucora_record: record });

type Unproven = { readonly [Field in keyof PackageRecord | keyof AssignmentRecord]?: unknown };

/** The record in a group's variables, or nothing where a person wrote them. */
export function readRecord(variables: string): HubRecord | undefined {
  const { eucora_record: record } = (parsed(variables) ?? {}) as { eucora_record?: Unproven };
  if (!record || !isText(record.name, record.platform, record.version, record.mark)) return undefined;
  if (!Number.isInteger(record.generation)) return undefined;
  if (record.kind === 'package') {
    return isText(record.sha256, record.source) && typeof record.ready === 'boolean'
      ? (record as PackageRecord)
      : undefined;
  }
  if (record.kind !== 'assignment') return undefined;
  return isText(record.target, record.mode, record.purpose) && Array.isArray(record.launches)
    ? (record as AssignmentRecord)
    : undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const isText = (...values: readonly unknown[]) => values.every((value) => typeof value === 'string' && value !== '');

export const withLaunch = (record: AssignmentRecord, note: LaunchNote): AssignmentRecord => ({
  ...record,
  launches: [...record.launches, note].slice(-NOTES_KEPT),
});

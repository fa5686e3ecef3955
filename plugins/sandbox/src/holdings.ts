import { markText, readMark, type HeldAssignment, type HeldPackage, type Mark, type Resource } from '@eucora/sdk';
import type { Memory } from './memory.js';

/** The kinds under which the plane's own objects can be seen, and tampered with, as records. */
export const PACKAGES = 'packages';
export const ASSIGNMENTS = 'assignments';

/** An application on one platform: all that its versions share. */
export interface Application {
  readonly name: string;
  readonly platform: string;
}

export interface SandboxPackage extends HeldPackage, Application {}

export interface SandboxAssignment extends HeldAssignment, Application {
  readonly ref: string;
  /** Absent on what a person assigned. */
  readonly mark?: Mark;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Records that somebody else put among the plane's own, in other shapes, are passed over. */
export const packagesOf = (memory: Memory, tenantId: string, app: Application): SandboxPackage[] =>
  [...memory.all(tenantId, PACKAGES)].filter((record) => isOf(app, record)).map(toPackage);

export const assignmentsOf = (memory: Memory, tenantId: string, app?: Application): SandboxAssignment[] =>
  [...memory.all(tenantId, ASSIGNMENTS)]
    .filter((record) => typeof record.target === 'string' && (app ? isOf(app, record) : true))
    .map(toAssignment);

export const packageRecord = (
  id: string,
  held: Application & { readonly version: string; readonly sha256: string },
  mark: Mark,
): Resource => ({ ...held, id, ready: false, mark: markText(mark) });

export const assignmentRecord = (
  id: string,
  held: Application & Pick<SandboxAssignment, 'version' | 'target' | 'mode' | 'purpose'>,
  mark: Mark,
  now: Date,
): Resource => ({ ...held, id, since: now.toISOString(), mark: markText(mark) });

const isOf = (app: Application, record: Resource) => record.name === app.name && record.platform === app.platform;

const toPackage = (record: Resource): SandboxPackage => ({
  name: String(record.name),
  platform: String(record.platform),
  version: String(record.version),
  ref: record.id,
  ready: record.ready === true,
  ...marked(record),
});

const toAssignment = (record: Resource): SandboxAssignment => ({
  name: String(record.name),
  platform: String(record.platform),
  version: String(record.version),
  target: String(record.target),
  mode: record.mode === 'exclude' ? 'exclude' : 'include',
  purpose: record.purpose === 'available' || record.purpose === 'uninstall' ? record.purpose : 'required',
  ref: record.id,
  since: Date.parse(String(record.since)) || 0,
  ...marked(record),
});

const marked = (record: Resource): { readonly mark?: Mark } => {
  const mark = readMark(typeof record.mark === 'string' ? record.mark : undefined);
  return mark ? { mark } : {};
};

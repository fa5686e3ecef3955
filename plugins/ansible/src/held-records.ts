import {
  readMark,
  type Context,
  type HeldAssignment,
  type HeldPackage,
  type MarkedAssignment,
  type Package,
} from '@eucora/sdk';
import { allOf, type Awx } from './awx.js';
import { groupsBeginningWith } from './awx-groups.js';
import { recordInventoryOf, type AnsibleConfig } from './config.js';
import {
  groupNameOf,
  OUR_PREFIX,
  prefixOf,
  readRecord,
  type AssignmentRecord,
  type HubRecord,
  type PackageRecord,
} from './records.js';
import type { GroupRow } from './wire.js';

/** A record with the group that it is. */
export type Held<Record extends HubRecord> = Record & {
  /** AWX's id of the group. */
  readonly id: number;
  /** ISO 8601, by AWX's clock. */
  readonly modified: string;
};

export interface Records {
  readonly packages: readonly Held<PackageRecord>[];
  readonly assignments: readonly Held<AssignmentRecord>[];
  /** Groups that are named like ours and do not say what ours say: a person's, or spoilt by one. Never touched. */
  readonly foreign: readonly string[];
}

/** Everything of ours about one application: one request for the usual handful. */
export const recordsOf = async (
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
  { name, platform }: Package,
): Promise<Records> =>
  sorted(await allOf(groupsBeginningWith(awx, ctx, recordInventoryOf(config), prefixOf(name, platform))));

function sorted(rows: readonly GroupRow[]): Records {
  const packages: Held<PackageRecord>[] = [];
  const assignments: Held<AssignmentRecord>[] = [];
  const foreign: string[] = [];
  for (const row of rows) {
    const record = readRecord(row.variables);
    const held = record && groupNameOf(record) === row.name && { ...record, id: row.id, modified: row.modified };
    if (!held) foreign.push(row.name);
    else if (held.kind === 'package') packages.push(held);
    else assignments.push(held);
  }
  return { packages, assignments, foreign };
}

export const toHeldPackage = ({ version, id, ready, mark }: Held<PackageRecord>): HeldPackage => {
  const made = readMark(mark);
  return { version, ref: String(id), ready, ...(made && { mark: made }) };
};

export const toHeldAssignment = ({ version, target, mode, purpose, id }: Held<AssignmentRecord>): HeldAssignment => ({
  version,
  target,
  mode,
  purpose,
  ref: String(id),
});

/** All that carries our mark, whatever application it is for. */
export async function* markedAssignments(
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
): AsyncIterable<readonly MarkedAssignment[]> {
  for await (const rows of groupsBeginningWith(awx, ctx, recordInventoryOf(config), OUR_PREFIX)) {
    yield sorted(rows).assignments.flatMap((held) => {
      const mark = readMark(held.mark);
      return mark ? [{ ...toHeldAssignment(held), packageName: held.name, mark }] : [];
    });
  }
}

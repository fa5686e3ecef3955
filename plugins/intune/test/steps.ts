import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { isEucoraError, type Order } from '@eucora/sdk';
import { givenPackage, memoryArtifacts, memoryJournal, type MemoryJournal } from '@eucora/sdk/testing';
import type { SimApp } from '../simulator/index.js';
import { newer, type World } from './given.js';

export async function publish(world: World, order: Order, journal: MemoryJournal = journalOf(world)) {
  try {
    return (await world.plane.publishPackage(world.ctx, { order, journal })).done;
  } catch (cause) {
    if (cause === DIED) return [];
    throw cause;
  }
}

export const assignTo = async (world: World, order: Order) =>
  (await world.plane.createAssignment(world.ctx, { order, journal: journalOf(world) })).done;

export const deploy = async (world: World, order: Order) => [
  ...(await publish(world, order)),
  ...(await assignTo(world, order)),
];

/** A fresh journal on the clock that the plane sees. */
export const journalOf = ({ ctx }: World) => memoryJournal({ now: () => ctx.now() });

const DIED = new Error('the process died here');

/** A journal whose process dies before this kind of operation. */
export function failing(kind: string): MemoryJournal {
  const journal = memoryJournal({ now: () => new Date(0) });
  return Object.assign(Object.create(journal) as MemoryJournal, {
    async started(operation: Parameters<MemoryJournal['started']>[0]) {
      if (operation.kind === kind) throw DIED;
      await journal.started(operation);
    },
  });
}

export function theApp({ simulator }: World): SimApp {
  const [app, ...more] = simulator.state.apps.values();
  expect(more, 'more than one app').to.have.length(0);
  return app!;
}

export const appOf = ({ simulator }: World, version: string): SimApp =>
  [...simulator.state.apps.values()].find(({ fields }) => String(fields.displayName).endsWith(version))!;

export const groupsOf = (app: SimApp) => app.assignments.map(({ target }) => target.groupId);

let added = 0;
export async function addApp(
  { simulator, clock }: World,
  { notes, published = false }: { notes: unknown; published?: boolean },
) {
  const at = clock.now().getTime();
  added += 1;
  const id = `added-${added}`;
  simulator.state.apps.set(id, {
    id,
    createdAt: at,
    modifiedAt: at,
    fields: { displayName: id, notes },
    contentVersions: [],
    assignments: [],
    ...(published && { committedContentVersion: '1', committedAt: 0 }),
  });
}

export const notesOf = (version: string) =>
  `[eucora intent=i ring=lab correlation=c]\n[eucora package=Example Tool@${version}/windows sha256=${'0'.repeat(64)}]`;

export const requestsTo = ({ simulator }: World, path: RegExp) =>
  simulator.requests.filter((one) => path.test(one.path));

export const graphRequests = ({ simulator }: World) =>
  simulator.requests.filter(({ path }) => path.startsWith('/v1.0/') && !path.includes('batch'));

export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) createHash('sha256').update(String(at)).digest().copy(bytes, at);
  return bytes;
}

export function orderOf(bytes: Buffer) {
  const artifacts = memoryArtifacts(bytes);
  const { sha256, size } = artifacts.add(bytes);
  return { artifacts, order: newer({ package: givenPackage({ artifact: { sha256, size, fileName: 'noise.exe' } }) }) };
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (cause) {
    expect(isEucoraError(cause), String(cause)).to.equal(true);
    return cause;
  }
  throw new Error('this should have failed');
}

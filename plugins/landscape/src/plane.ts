import {
  heartbeat,
  definePlane,
  EucoraError,
  readMark,
  type CanCountScope,
  type CanListAssignments,
  type CanSyncInventory,
  type Context,
  type Order,
  type Refs,
} from '@eucora/sdk';
import type { LandscapeConfig } from './config.js';
import { open, type Connection } from './connection.js';
import { readPackageNote } from './description.js';
import { execute } from './execute.js';
import { askForOneComputer } from './landscape-computers.js';
import { readProfiles } from './landscape-profiles.js';
import { inventory, machinesOf, machineStates } from './machines.js';
import { isUnauthorized, tell } from './manifest.js';
import { debOf, profileName, tagsOf } from './mapping.js';
import { verifyMirror, type CanVerifyMirror } from './mirror.js';
import { desired, diff, type Desired } from './operations.js';
import { assignmentsOf, observeProfiles } from './profiles.js';
import { observeSource } from './source.js';
import type { LandscapeState } from './state.js';

/**
 * Landscape as an execution plane. A package is available when the repository that a ring's machines use serves it; a package profile, one for each
 * application and ring, pins its version on the machines that carry the ring's tags. Versions change hands by editing the profile's constraint.
 */
export const landscape = (config: LandscapeConfig, plane: string) => {
  let connection: Connection | undefined;
  const connected = (): Connection => {
    if (!connection) throw new EucoraError('NOT_CONNECTED', { what: `${plane} is not connected` });
    return connection;
  };
  const observe = async (ctx: Context, order: Order): Promise<LandscapeState> => {
    const { landscape: server, shelf } = connected();
    const { source, packages } = await observeSource(server, ctx, config, shelf, order);
    const profiles = await observeProfiles(server, ctx, order);
    const wanted = { debVersion: debOf(order.package).version, version: order.package.version };
    const assignments = profiles.flatMap((held) => assignmentsOf(held, wanted));
    return { packages, assignments, profiles, ...(source && { source }) };
  };

  const parts = definePlane<
    Desired,
    LandscapeState,
    CanCountScope & CanListAssignments & CanSyncInventory & CanVerifyMirror
  >({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry'],
    async connect(ctx) {
      connection?.landscape.close();
      connection = undefined;
      const ca = config.caCertificate === undefined ? undefined : await ctx.secrets.resolve(config.caCertificate);
      connection = open(config, plane, ca);
    },
    async disconnect() {
      connection?.landscape.close();
      connection = undefined;
    },
    check: (ctx) =>
      heartbeat(ctx, async () => {
        const complaint = await checkMirror(connected(), ctx, config);
        if (complaint) throw new EucoraError('PLANE_CONFLICT', { what: complaint });
        const version = await connected().landscape.version(ctx);
        return `${new URL(config.url).host} is Landscape ${version} and lets us read its machines`;
      }),

    desired,
    observe: (ctx, { order }) => observe(ctx, order),
    diff: diff(plane),
    execute: (ctx, operation, known) => execute(connected(), ctx, config, operation, known),

    async *deviceStates(ctx, { order }) {
      const { landscape: server } = connected();
      const name = profileName(order.package.name, order.ring);
      const held = (await observeProfiles(server, ctx, order)).find(({ profile }) => profile.name === name);
      yield* machineStates(server, ctx, config, order, name, held?.profile);
    },

    async countScope(ctx, { order }) {
      return (await machinesOf(connected().landscape, ctx, config.pageSize, tagsOf(order))).length;
    },

    async *listAssignments(ctx) {
      for (const profile of await readProfiles(connected().landscape, ctx)) {
        const [mark, note] = [readMark(profile.description), readPackageNote(profile.description)];
        if (!mark || !note) continue;
        yield assignmentsOf({ profile, note }).map((held) => ({ ...held, packageName: note.name, mark }));
      }
    },

    async *syncInventory(ctx) {
      yield* inventory(connected().landscape, ctx, config.pageSize);
    },

    async verifyMirror(ctx) {
      const { landscape: server, shelf } = connected();
      if (config.repository && shelf) return verifyMirror(server, ctx, config.repository, shelf);
      throw new EucoraError('CAPABILITY_MISSING', {
        what: `${plane} has no local repository of the hub's: there is no manifest to compare with`,
        remedy: 'Configure repository; pockets hold what other people put there.',
      });
    },
  });

  return {
    ...parts,
    /** Without what only our own operations need to know. */
    async queryState(ctx: Context, request: { readonly order: Order; readonly refs?: Refs }) {
      const { packages, assignments } = await parts.queryState(ctx, request);
      return { packages, assignments };
    },
  };
};

/** @returns what is wrong, for a person */
async function checkMirror({ landscape: server, shelf }: Connection, ctx: Context, config: LandscapeConfig) {
  await askForOneComputer(server, ctx);
  if (!config.repository || !shelf || !(await server.hasArchive(ctx))) return undefined;
  const { differences, rings } = await verifyMirror(server, ctx, config.repository, shelf);
  const wrong = [...differences, ...Object.values(rings).flatMap((ring) => ring.differences)].filter(isUnauthorized);
  if (wrong.length === 0) return undefined;
  return `the package repository was changed behind the hub's back: ${wrong.slice(0, 5).map(tell).join(', ')}`;
}

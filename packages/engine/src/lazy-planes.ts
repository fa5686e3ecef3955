import type { Context, ExecutionPlane } from '@eucora/sdk';
import type { PlaneDirectory } from './parts.js';

const VERBS = [
  'check',
  'publishPackage',
  'createAssignment',
  'queryState',
  'remediate',
  'rollback',
  'plan',
  'planRollback',
  'countScope',
] as const;
const PAGED_VERBS = ['deviceStates', 'listAssignments', 'syncInventory'] as const;

/** Planes for library use: nobody has to remember `connect`, the first verb does it, once. */
export function connectingLazily(planes: Readonly<Record<string, ExecutionPlane>>): PlaneDirectory {
  const entries = new Map(Object.entries(planes).map(([id, plane]) => [id, { plane: connectedAtFirstUse(plane) }]));
  return { get: (id) => entries.get(id), ids: () => [...entries.keys()] };
}

function connectedAtFirstUse(plane: ExecutionPlane): ExecutionPlane {
  let connected: Promise<void> | undefined;
  const connect = (ctx: Context) =>
    (connected ??= plane.connect(ctx).catch((cause: unknown) => {
      connected = undefined;
      throw cause;
    }));

  type Verb = (ctx: Context, request?: unknown) => Promise<unknown>;
  type PagedVerb = (ctx: Context, request?: unknown) => AsyncIterable<unknown>;
  const given = plane as unknown as Record<string, Verb & PagedVerb>;
  const wrapped: Record<string, unknown> = { ...plane, connect };
  for (const name of VERBS) {
    if (!given[name]) continue;
    wrapped[name] = async (ctx: Context, request: unknown) => {
      await connect(ctx);
      return given[name]!.call(plane, ctx, request);
    };
  }
  for (const name of PAGED_VERBS) {
    if (!given[name]) continue;
    wrapped[name] = async function* (ctx: Context, request: unknown) {
      await connect(ctx);
      yield* given[name]!.call(plane, ctx, request);
    };
  }
  return wrapped as unknown as ExecutionPlane;
}

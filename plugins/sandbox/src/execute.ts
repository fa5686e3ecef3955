import { createHash } from 'node:crypto';
import { EucoraError, markOf, type Context, type Operation, type Order, type Refs } from '@eucora/sdk';
import { assignmentRecord, ASSIGNMENTS, assignmentsOf, packageRecord, PACKAGES, packagesOf } from './holdings.js';
import { applicationOf, isSame, type WantedAssignment } from './mapping.js';
import type { Memory } from './memory.js';

/** One write. Done twice, the second finds it done. */
export async function carryOut(ctx: Context, memory: Memory, order: Order, operation: Operation): Promise<Refs> {
  switch (operation.kind) {
    case 'create_package':
      return createPackage(ctx, memory, order);
    case 'upload_content':
      return uploadContent(ctx, memory, order);
    case 'assign_target':
      return assign(ctx, memory, order, operation.params as unknown as WantedAssignment);
    case 'unassign_target':
      return unassign(ctx, memory, order, operation.params as unknown as WantedAssignment);
    default:
      throw new EucoraError('PLANE_REJECTED', { what: `the sandbox knows no operation "${operation.kind}"` });
  }
}

function createPackage({ tenantId }: Context, memory: Memory, order: Order): Refs {
  const held = packageIn(memory, tenantId, order);
  if (held) return { package_id: held.ref };
  const { version, artifact } = order.package;
  const package_id = memory.name(tenantId, PACKAGES);
  const record = packageRecord(
    package_id,
    { ...applicationOf(order), version, sha256: artifact.sha256 },
    markOf(order),
  );
  memory.put(tenantId, PACKAGES, record);
  return { package_id };
}

/** Reads the artifact to its end, as a plane that stores it would, and keeps nothing but the proof that it was whole. */
async function uploadContent(ctx: Context, memory: Memory, order: Order): Promise<Refs> {
  const { artifact } = order.package;
  const hash = createHash('sha256');
  for await (const chunk of await ctx.artifacts.open(artifact.sha256)) hash.update(chunk);
  if (hash.digest('hex') !== artifact.sha256) {
    throw new EucoraError('ARTIFACT_MISMATCH', {
      what: `the content of ${artifact.fileName} is not ${artifact.sha256}`,
    });
  }
  const held = present(memory, ctx.tenantId, order);
  memory.put(ctx.tenantId, PACKAGES, { ...memory.get(ctx.tenantId, PACKAGES, held.ref)!, ready: true });
  return { package_id: held.ref };
}

function assign(ctx: Context, memory: Memory, order: Order, wanted: WantedAssignment): Refs {
  const { ref, ready } = present(memory, ctx.tenantId, order);
  if (!ready) throw new EucoraError('PLANE_OBJECT_MISSING', { what: `${ref} has no content yet` });
  const app = applicationOf(order);
  if (assignmentsOf(memory, ctx.tenantId, app).some((held) => isSame(held, wanted))) return {};
  const { version, target, mode, purpose } = wanted;
  const id = memory.name(ctx.tenantId, ASSIGNMENTS);
  const record = assignmentRecord(id, { ...app, version, target, mode, purpose }, markOf(order), ctx.now());
  memory.put(ctx.tenantId, ASSIGNMENTS, record);
  return {};
}

/** Takes off what carries our mark; what a person assigned is theirs. */
function unassign({ tenantId }: Context, memory: Memory, order: Order, unwanted: WantedAssignment): Refs {
  for (const held of assignmentsOf(memory, tenantId, applicationOf(order))) {
    if (held.mark && isSame(held, unwanted)) memory.remove(tenantId, ASSIGNMENTS, held.ref);
  }
  return {};
}

const packageIn = (memory: Memory, tenantId: string, order: Order) =>
  packagesOf(memory, tenantId, applicationOf(order)).find(({ version }) => version === order.package.version);

function present(memory: Memory, tenantId: string, order: Order) {
  const held = packageIn(memory, tenantId, order);
  if (held) return held;
  const { name, version } = order.package;
  throw new EucoraError('PLANE_OBJECT_MISSING', { what: `the sandbox holds no ${name} ${version}` });
}

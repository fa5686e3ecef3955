import {
  lookFor,
  EucoraError,
  isEucoraError,
  packageKey,
  type Context,
  type Order,
  type Package,
  type Refs,
} from '@eucora/sdk';
import type { JamfConfig } from './config.js';
import { nameTaken, toHeldVersion, type HeldVersion } from './held.js';
import type { Jamf } from './jamf.js';
import {
  createPackage,
  deletePackage,
  findPackages,
  readPackage,
  refreshInventory,
  takesUploads,
  uploadPackage,
} from './jamf-packages.js';
import { toPackage } from './mapping.js';
import { readPackageMark } from './marks.js';
import { multipartFile, sha3Of } from './multipart.js';

const LOOK_MS = 5_000;

/** Everything that can be wrong with the artifact or the site is found out before there is anything in Jamf. */
export async function createRow(jamf: Jamf, ctx: Context, config: JamfConfig, order: Order): Promise<Refs> {
  const key = packageKey(order.package);
  if (!(await takesUploads(jamf, ctx))) throw noUploads(key);
  const pkg = toPackage(order, await sha3Of(ctx.artifacts, order.package.artifact));
  try {
    return { package_id: await createPackage(jamf, ctx, pkg) };
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    // It may be our own, made by a call whose answer was lost, and not shown by this node yet.
    const there = await lookFor(ctx, { everyMs: LOOK_MS, patienceMs: config.consistencyMs }, async () =>
      (await findPackages(jamf, ctx, order.package.name)).find(
        (one) => one.packageName.toLowerCase() === pkg.packageName.toLowerCase(),
      ),
    );
    if (!there) throw cause;
    if (readPackageMark(there.notes)?.key !== key) throw nameTaken('package', there.id, there.packageName);
    return { package_id: there.id };
  }
}

/** Jamf said that something is in the way, which may be what we made ourselves. */
export const isRefusal = (cause: unknown): cause is EucoraError =>
  isEucoraError(cause) && cause.code === 'PLANE_CONFLICT';

/** A row whose file will never come is taken away again: it would be in the way of the next one. */
export async function uploadFile(
  jamf: Jamf,
  ctx: Context,
  config: JamfConfig,
  { artifact }: Package,
  held: HeldVersion,
): Promise<Refs> {
  const file = multipartFile(ctx.artifacts, artifact, held.fileName);
  try {
    await uploadPackage(jamf, ctx, held.ref, file, config.uploadDeadlineMs);
  } catch (cause) {
    if (isEucoraError(cause) && cause.errorClass !== 'transient') await takeAway(jamf, ctx, held);
    throw cause;
  }
  return { package_id: held.ref, uploaded: artifact.sha256 };
}

async function takeAway(jamf: Jamf, ctx: Context, { ref, packageName }: HeldVersion): Promise<void> {
  try {
    await deletePackage(jamf, ctx, ref);
  } catch (cause) {
    ctx.log.warn(
      { package_id: ref, cause: String(cause) },
      `the row of "${packageName}" stays in Jamf Pro without a file`,
    );
  }
}

/** Waits until Jamf has processed the file, and holds its digest against ours. */
export async function confirmFile(jamf: Jamf, ctx: Context, config: JamfConfig, held: HeldVersion): Promise<Refs> {
  await refreshInventory(jamf, ctx, held.fileName);
  let seen = 'nothing';
  const ready = await lookFor(ctx, { everyMs: config.packagePollMs, patienceMs: config.patienceMs }, async () => {
    const shown = await readPackage(jamf, ctx, held.ref);
    const mark = readPackageMark(shown?.notes);
    if (!shown || !mark) return undefined;
    seen = `cloudTransferStatus ${shown.cloudTransferStatus || 'empty'}, ${shown.hashType || 'no'} digest ${shown.hashValue || ''}`;
    return toHeldVersion(shown, mark).ready || undefined;
  });
  if (ready) return { package_id: held.ref };
  throw new EucoraError('DEADLINE_EXCEEDED', {
    what: `waited ${Math.round(config.patienceMs / 1000)} s for Jamf Pro to take the file of "${held.packageName}"; it shows ${seen.trim()}`,
    remedy: 'Nothing to do at first. If it stays, look at the cloud distribution point and at the package in Jamf Pro.',
    details: { package_id: held.ref, sha3_512: held.sha3 },
  });
}

const noUploads = (key: string) =>
  new EucoraError('PLANE_REJECTED', {
    what: `this Jamf Pro has no cloud distribution point that takes uploads, so ${key} cannot be brought there`,
    remedy: 'Set up a cloud distribution point as the principal one; file shares cannot be filled over the API.',
  });

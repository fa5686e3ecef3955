import { EucoraError, type Context } from '@eucora/sdk';
import type { Landscape } from './landscape.js';
import { readLocal } from './landscape-archive.js';
import type { Local } from './wire.js';

/** In the comment of the local repository: it is the hub's. */
export const OURS = '[eucora repository]';

/** Nothing while it was not made. @throws EucoraError `PLANE_CONFLICT` when it is somebody else's */
export async function ownLocal(landscape: Landscape, ctx: Context, id: string): Promise<Local | undefined> {
  const local = await readLocal(landscape, ctx, id);
  if (!local || local.comment?.includes(OURS)) return local;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `the local repository "${id}" of Landscape is not the hub's: its comment does not say so`,
    remedy: `Choose another repository.local, or put ${OURS} into its comment if it is to be the hub's.`,
    details: { local: id },
  });
}

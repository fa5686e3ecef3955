import { EucoraError, type Context, type Order, type RingName } from '@eucora/sdk';
import type { LandscapeConfig } from './config.js';
import type { Landscape } from './landscape.js';
import { debOf } from './mapping.js';
import { observePocket } from './pockets.js';
import { observeArchive } from './repository.js';
import type { Shelf } from './shelf.js';
import type { SourceState } from './state.js';

/** The server's version decides: pockets went when the package archive came. */
export async function observeSource(
  landscape: Landscape,
  ctx: Context,
  config: LandscapeConfig,
  shelf: Shelf | undefined,
  order: Order,
): Promise<SourceState> {
  const needed = order.purpose !== 'uninstall';
  const deb = debOf(order.package);
  if (await landscape.hasArchive(ctx)) {
    const publication = config.repository?.publications[order.ring];
    if (config.repository && shelf && publication !== undefined) {
      return observeArchive(landscape, ctx, config.repository, shelf, { publication, order, deb });
    }
    if (needed) throw notConfigured(`repository.publications.${order.ring}`, order.ring, 'has a package archive');
    return { packages: [] };
  }
  const pocket = config.pockets?.[order.ring];
  if (pocket) return observePocket(landscape, ctx, pocket, { order, deb });
  if (needed) throw notConfigured(`pockets.${order.ring}`, order.ring, 'has pockets and no package archive');
  return { packages: [] };
}

const notConfigured = (path: string, ring: RingName, has: string) =>
  new EucoraError('CONFIG_INVALID', {
    what: `this Landscape ${has}, and ${path} is not configured: nobody knows where ring ${ring} gets its packages from`,
    remedy: `Set ${path}, as docs/modules/landscape/connector-spec.md says under "Set it up".`,
    details: { setting: path },
  });

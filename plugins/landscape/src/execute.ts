import { EucoraError, type Context, type Known, type Operation, type Refs } from '@eucora/sdk';
import type { LandscapeConfig } from './config.js';
import type { Connection } from './connection.js';
import { debOf } from './mapping.js';
import { fill, notInPocket } from './pockets.js';
import type { LandscapeState } from './state.js';

/** One operation. Each is safe to do when it is done already. */
export async function execute(
  { landscape: server, aim, keeper }: Connection,
  ctx: Context,
  config: LandscapeConfig,
  { kind, params }: Operation,
  { order, observed }: Known & { readonly observed: LandscapeState },
): Promise<Refs> {
  const deb = debOf(order.package);
  const { source } = observed;
  const tags = (params.tags ?? []) as readonly string[];
  const profile = String(params.profile);
  const constraint = String(params.constraint);
  switch (kind) {
    case 'create_local':
      await keeper?.make(ctx);
      return {};
    case 'import_package':
      await keeper?.bringIn(ctx, order, deb);
      return {};
    case 'publish_ring':
      await keeper?.publish(ctx, order, String(params.publication));
      return {};
    case 'pull_pocket':
    case 'sync_pocket':
      if (source?.kind === 'pocket') await fill(server, ctx, config, source.pocket, deb);
      return {};
    case 'await_upload':
      if (source?.kind === 'pocket') throw notInPocket(source.pocket, deb);
      return {};
    case 'create_profile':
      await aim.create(ctx, order, observed, profile, constraint);
      return { profile };
    case 'note_order':
      await aim.note(ctx, order, observed, profile);
      return { profile };
    case 'pin_version':
      await aim.pin(ctx, order, observed, profile, constraint);
      return { profile };
    case 'associate_tags':
      await aim.at(ctx, order, observed, profile, tags);
      return { profile };
    case 'release_tags':
      await aim.away(ctx, profile, tags);
      return {};
    default:
      throw new EucoraError('INTERNAL', { what: `"${kind}" is no operation on Landscape` });
  }
}

import { until, EucoraError, type Context, type HeldPackage, type Order } from '@eucora/sdk';
import type { LandscapeConfig, PocketConfig } from './config.js';
import type { Landscape } from './landscape.js';
import { fillPocket, versionsIn, versionsToPull } from './landscape-pockets.js';
import type { Deb } from './mapping.js';
import type { SourceState } from './state.js';

/** What a pocket holds of the application. @throws EucoraError `PLANE_ERROR` (transient) while the pocket is being changed */
export async function observePocket(
  landscape: Landscape,
  ctx: Context,
  pocket: PocketConfig,
  { order, deb }: { readonly order: Order; readonly deb: Deb },
): Promise<SourceState> {
  const versions = await versionsIn(landscape, ctx, pocket, deb.name);
  if (versions === 'busy') throw busy(pocket);
  const published = versions.includes(deb.version);
  const obtainable = !published && (await mayBring(landscape, ctx, pocket, deb));
  return {
    source: { kind: 'pocket', pocket, published, obtainable },
    packages: versions.map((version): HeldPackage => ({
      version: version === deb.version ? order.package.version : version,
      ref: `${nameOf(pocket)}/${deb.name}_${version}`,
      ready: true,
    })),
  };
}

/** What a mirror's origin holds cannot be asked; only synchronising tells. */
async function mayBring(landscape: Landscape, ctx: Context, pocket: PocketConfig, deb: Deb): Promise<boolean> {
  if (pocket.mode === 'pull') return (await versionsToPull(landscape, ctx, pocket, deb.name)).includes(deb.version);
  return pocket.mode === 'mirror';
}

/** Pulls or synchronises, and waits until the pocket can be read again. @throws EucoraError `PLANE_OBJECT_MISSING` when it did not help */
export async function fill(
  landscape: Landscape,
  ctx: Context,
  { operationPollMs: everyMs, patienceMs }: LandscapeConfig,
  pocket: PocketConfig,
  deb: Deb,
): Promise<void> {
  await fillPocket(landscape, ctx, pocket);
  const versions = await until(ctx, { everyMs, patienceMs, waitingFor: `the pocket ${nameOf(pocket)}` }, async () => {
    const found = await versionsIn(landscape, ctx, pocket, deb.name);
    return found === 'busy' ? undefined : found;
  });
  if (!versions.includes(deb.version)) throw notInPocket(pocket, deb);
}

/** Landscape takes no bytes by its API before 26.04: they come by dput, or from the pocket's origin. */
export const notInPocket = (pocket: PocketConfig, { name, version }: Deb) =>
  new EucoraError('PLANE_OBJECT_MISSING', {
    what: `${name} ${version} is not in the pocket ${nameOf(pocket)} of Landscape`,
    remedy:
      pocket.mode === 'upload'
        ? `Upload it: dput lds:${pocket.distribution}/${pocket.series}/${pocket.pocket} <file>.changes; then publish again.`
        : `Put it into what the pocket is ${pocket.mode === 'pull' ? 'pulled' : 'mirrored'} from; then publish again.`,
    details: { pocket: nameOf(pocket), package: name, version },
  });

export const nameOf = ({ distribution, series, pocket }: PocketConfig): string => `${distribution}/${series}/${pocket}`;

const busy = (pocket: PocketConfig) =>
  new EucoraError('PLANE_ERROR', {
    what: `the pocket ${nameOf(pocket)} of Landscape is being changed`,
    remedy: 'Nothing to do: it is looked at again when that is done.',
  });

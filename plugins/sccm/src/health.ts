import { access, constants } from 'node:fs/promises';
import { EucoraError, heartbeat, type Context, type Heartbeat } from '@eucora/sdk';
import { sites } from './admin-service-collections.js';
import { groupIds } from './admin-service-content.js';
import type { SccmConfig } from './config.js';
import { seesNothing } from './errors.js';
import type { Means } from './means.js';
import { mustHave } from './metadata.js';

/**
 * Everything that a publish will need, asked for without changing anything: the site, its classes, the groups, the authoring endpoint
 * and the content folder. What cannot be seen from outside, such as the right to make a deployment, shows when it is made.
 */
export function health(ctx: Context, config: SccmConfig, connected: () => Means): Promise<Heartbeat> {
  return heartbeat(ctx, async () => {
    const { service, authoring } = connected();
    mustHave(await service.features(ctx));
    const known = (await sites(service, ctx)).map(({ SiteCode, Version }) => ({ code: SiteCode, version: Version }));
    if (known.length === 0) throw seesNothing('sites');
    const site = known.find(({ code }) => code === config.siteCode);
    if (!site) throw noSite(`${config.siteCode}, only ${known.map(({ code }) => code).join(', ')}`);
    const lost = config.sites.filter((wanted) => !known.some(({ code }) => code === wanted));
    if (lost.length > 0) throw noSite(lost.join(', '));
    await groupIds(service, ctx, config.distributionPointGroups);
    await authoring.check(ctx);
    await access(config.contentFolder, constants.W_OK);
    return `site ${site.code} (${site.version ?? 'version unknown'}), authoring and content folder answer`;
  });
}

const noSite = (which: string) =>
  new EucoraError('CONFIG_INVALID', { what: `the SMS Provider knows no site ${which}` });

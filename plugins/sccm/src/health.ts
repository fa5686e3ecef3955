import { access, constants } from 'node:fs/promises';
import { reasonOf, type Context, type Heartbeat } from '@eucora/sdk';
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
export async function health(ctx: Context, config: SccmConfig, connected: () => Means): Promise<Heartbeat> {
  const started = ctx.now();
  const beat = (healthy: boolean, detail: string): Heartbeat => ({
    healthy,
    detail,
    latencyMs: ctx.now().getTime() - started.getTime(),
    checkedAt: started.toISOString(),
  });
  try {
    const { service, authoring } = connected();
    mustHave(await service.features(ctx));
    const known = await sites(service, ctx);
    if (known.length === 0) throw seesNothing('sites');
    const site = known.find(({ SiteCode }) => SiteCode === config.siteCode);
    if (!site)
      return beat(
        false,
        `the SMS Provider knows no site ${config.siteCode}, only ${known.map(({ SiteCode }) => SiteCode).join(', ')}`,
      );
    const lost = config.sites.filter((code) => !known.some(({ SiteCode }) => SiteCode === code));
    if (lost.length > 0) return beat(false, `the SMS Provider knows no site ${lost.join(', ')}`);
    await groupIds(service, ctx, config.distributionPointGroups);
    await authoring.check(ctx);
    await access(config.contentFolder, constants.W_OK);
    return beat(
      true,
      `site ${site.SiteCode} (${site.Version ?? 'version unknown'}), authoring and content folder answer`,
    );
  } catch (cause) {
    return beat(false, reasonOf(cause));
  }
}

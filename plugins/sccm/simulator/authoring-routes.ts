import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import type { ApplicationSpec, PointsSpec } from '../src/authoring.js';
import { guidOf, type SccmSite, type SimApplication } from './state.js';
import type { World } from './world.js';

export const AUTHORING = '/authoring/v1';

const refused = (status: number, code: string, message: string): Answer => json(status, { error: { code, message } });

/** The hub's own facade before PowerShell, as the connector spec has it. */
export const authoringRoutes = (world: World): Route<SccmSite>[] => [
  route('GET', `${AUTHORING}/health`, () => json(200, { ok: true })),
  route('POST', `${AUTHORING}/applications`, (exchange) => createApplication(world, exchange)),
  route('POST', `${AUTHORING}/distributions`, ({ state, body, clock }) => {
    const { display_name: name, distribution_points: points } = body as PointsSpec;
    const application = named(state, name);
    if (!application) return refused(404, 'missing', `there is no application "${name}"`);
    for (const point of points) {
      const host = point.toLowerCase();
      if (!application.sentToPoints.has(host)) application.sentToPoints.set(host, clock.now().getTime());
    }
    world.ledger().record('content_sent', application.packageId, { points });
    return json(200, {});
  }),
];

async function createApplication(world: World, { state, body, clock }: Exchange<SccmSite>): Promise<Answer> {
  const spec = body as ApplicationSpec;
  const there = named(state, spec.display_name);
  if (there && packageLine(there.comment) !== packageLine(spec.comment)) {
    return refused(409, 'conflict', `an application "${spec.display_name}" is there, and it is not the hub's`);
  }
  const content = await contentAt(world, spec.deployment_type.content_location);
  if (content === 'unreadable') {
    return refused(422, 'invalid', `nothing can be read at ${spec.deployment_type.content_location}`);
  }
  const application = there ?? newApplication(world, spec, clock.now().getTime());
  if (!there) {
    state.applications.set(application.modelName, application);
    world.ledger().record('application_made', application.modelName, { name: spec.display_name });
  }
  if (application.deploymentTypes.length === 0) {
    const { name, content_location, install_command, uninstall_command, detection } = spec.deployment_type;
    application.deploymentTypes.push({
      name,
      contentLocation: content_location,
      installCommand: install_command,
      uninstallCommand: uninstall_command,
      detection,
    });
    if (content !== undefined) application.contentSha256 = content;
    revise(world, application);
  }
  return json(there ? 200 : 201, { model_name: application.modelName });
}

const named = (state: SccmSite, name: string) =>
  [...state.applications.values()].find(({ displayName }) => displayName === name);

const packageLine = (comment: string) => comment.split('\n').find((line) => line.startsWith('[eucora package='));

function newApplication(world: World, spec: ApplicationSpec, at: number): SimApplication {
  const turn = world.next('application');
  return {
    modelName: `ScopeId_${guidOf('scope').toUpperCase()}/Application_${guidOf('application', turn)}`,
    modelId: 16_800_000 + turn,
    ciId: 16_850_000 + world.next('ci'),
    revision: 1,
    createdAt: at,
    displayName: spec.display_name,
    comment: spec.comment,
    publisher: spec.publisher,
    softwareVersion: spec.software_version,
    expired: false,
    deploymentTypes: [],
    sentToGroups: new Map(),
    sentToPoints: new Map(),
    packageId: `${world.siteCode}${(0x100 + turn).toString(16).toUpperCase().padStart(5, '0')}`,
  };
}

/** Every change of an application is a revision with an id of its own. */
export function revise(world: World, application: SimApplication): void {
  application.revision += 1;
  application.ciId = 16_850_000 + world.next('ci');
}

/** The site server reads the whole folder; what is there must be one file. */
async function contentAt({ content }: World, location: string): Promise<string | undefined> {
  if (!content) return undefined;
  if (!location.startsWith(`${content.share}\\`)) return 'unreadable';
  const folder = join(content.folder, ...location.slice(content.share.length + 1).split('\\'));
  const names = await readdir(folder).catch(() => []);
  if (names.length !== 1) return 'unreadable';
  return createHash('sha256')
    .update(await readFile(join(folder, names[0]!)))
    .digest('hex');
}

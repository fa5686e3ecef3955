import { chanceOf, json, route, send, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { activityRows, selectActivities } from './activities.js';
import { refused } from './answers.js';
import type { Machines } from './machines.js';
import { profileJson, touch } from './profile-actions.js';
import { isQuery, selected, tagsIn } from './query.js';
import { grouped, pages } from './pages.js';
import { iso, type LandscapeAccount } from './state.js';
import type { World } from './world.js';

type Here = Exchange<LandscapeAccount>;

const PING_MS = 30_000;
const DAY = 86_400_000;

/** REST v2, as far as the hub reads it, and the profile writes of the portal. */
export function restRoutes(world: World, fleet: Machines): readonly Route<LandscapeAccount>[] {
  const now = () => world.clock.now().getTime();
  const paged = pages();

  const computer = (id: string, tags: readonly string[], seen: string | undefined) => ({
    id: Number(id),
    title: `machine-${id}`,
    hostname: `machine-${id}`,
    comment: '',
    distribution: '24.04',
    access_group: 'global',
    tags,
    reboot_required_flag: false,
    last_ping_time: seen === undefined ? null : iso(now() - (now() % PING_MS)),
    last_exchange_time: seen ?? null,
    is_wsl_instance: false,
    children: [],
    parent: null,
  });

  const computers = (exchange: Here): Answer => {
    const query = exchange.query.query ?? '';
    if (!isQuery(query)) return refused('InvalidQueryError', 'The search query provided is invalid.');
    const shown = selected(world.fleet.devices, query);
    return paged(exchange, 'absolute', () => {
      const seen = new Map(
        [...world.fleet.states('presence', tagsOfAll(world))].map((one) => [one.deviceId, one.lastSeen]),
      );
      const former = world.formerSelves.flatMap(({ id, of }) => {
        const self = shown.find((device) => device.id === of);
        return self ? [{ ...computer(self.id, self.groups, iso(0)), id, last_ping_time: iso(now() - 30 * DAY) }] : [];
      });
      return [...former, ...shown.map(({ id, groups }) => computer(id, groups, seen.get(id)))];
    });
  };

  /** One row a package and version: the id is this server's own. */
  const packages = (exchange: Here): Answer => {
    const { query = '', installed } = exchange.query;
    const names = Object.entries(exchange.query).flatMap(([name, value]) => (name.startsWith('names.') ? [value] : []));
    const debs = [...new Set(exchange.state.revisions.map(({ deb }) => deb))].filter(
      (deb) => names.length === 0 || names.includes(deb),
    );
    const rows = debs.flatMap((deb) => {
      const reported = fleet.reported(exchange.state, deb, tagsIn(query));
      const among = new Set(selected(world.fleet.devices, query).map(({ id }) => id));
      const byVersion = grouped([...reported]);
      return [...byVersion].map(([version, held]) => ({
        id: Math.floor(chanceOf(world.seed, deb, version) * 1_000_000),
        name: deb,
        summary: `${deb} for trying and testing`,
        computers: held
          .filter(([id]) => among.has(id))
          .map(([id]) => ({
            id: Number(id),
            status: 'installed',
            current_version: version,
            available_version: version,
          })),
      }));
    });
    return paged(exchange, 'relative', () => (installed === 'false' ? [] : rows));
  };

  const activities = (exchange: Here): Answer => {
    const query = exchange.query.query ?? '';
    if (!selectActivities([], query)) return refused('InvalidQueryError', 'The search query provided is invalid.');
    return paged(exchange, 'absolute', () => selectActivities(activityRows(world, fleet, exchange.state), query) ?? []);
  };

  const editProfile = ({ state, params, body }: Here): Answer => {
    const profile = state.profiles.get(params.name!);
    if (!profile) return refused('UnknownPackageProfileName', `No profile ${params.name}`, 404);
    const { title, description, tags = [], all_computers: all } = body as Record<string, never>;
    for (const tag of profile.tags) if (!(tags as string[]).includes(tag)) fleet.unaim(state, profile, tag);
    const added = (tags as string[]).filter((tag) => !profile.tags.includes(tag));
    Object.assign(profile, {
      title: title ?? profile.title,
      description: description ?? profile.description,
      tags: [...(tags as string[])],
    });
    for (const tag of added) fleet.aim(state, profile, tag);
    profile.allComputers = all ?? false;
    touch(profile, now());
    world.ledger().record('profile_described', profile.name);
    return json(200, profileJson(world, fleet, state, profile));
  };

  /** A PUT without an access group puts the profile into the global one. */
  const editRepositoryProfile = ({ state, params, body }: Here): Answer => {
    const profile = state.repositoryProfiles.get(params.name!);
    if (!profile) return refused('UnknownRepositoryProfile', `No profile ${params.name}`, 404);
    const { title, description, access_group: group, tags } = body as Record<string, never>;
    Object.assign(profile, {
      title: title ?? profile.title,
      description: description ?? profile.description,
      accessGroup: group ?? 'global',
      ...(tags !== undefined && { tags }),
    });
    return json(200, {
      name: profile.name,
      title: profile.title,
      access_group: profile.accessGroup,
      tags: profile.tags,
    });
  };

  const about = (): Answer => json(200, { self_hosted: true, package_version: world.version, revision: '1' });

  return [
    route('GET', '/api/v2/about', about, { open: true, unchecked: true }),
    route('GET', '/api/v2/computers', computers),
    route('GET', '/api/v2/packages', packages),
    route('GET', '/api/v2/activities', activities),
    route('PUT', '/api/v2/packageprofiles/{name}', editProfile),
    route('PUT', '/api/v2/repositoryprofiles/{name}', editRepositoryProfile),
    route('GET', '/repository/{publication}/Packages', (exchange) => publishedIndex(exchange, now()), {
      open: true,
      unchecked: true,
    }),
  ];
}

/** The `Packages` index of what a publication serves, as apt reads it. */
function publishedIndex({ state, params }: Here, now: number): Answer {
  const publication = state.publications.get(params.publication!);
  const snapshot = publication?.snapshots.filter(({ at }) => at <= now).at(-1);
  if (!snapshot) return send(404);
  const paragraphs = snapshot.packages.map(
    ({ name, version, architecture, size, sha256 }) =>
      `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nFilename: pool/${name}_${version}.deb\nSize: ${size}\nSHA256: ${sha256}\n`,
  );
  return send(200, paragraphs.join('\n'), { 'content-type': 'text/plain' });
}

const tagsOfAll = (world: World): readonly string[] => [
  ...new Set(world.fleet.devices.flatMap(({ groups }) => groups)),
];

import {
  markOf,
  operation,
  packageKey,
  type Mark,
  type Operation,
  type Order,
  type Package,
  type Purpose,
} from '@eucora/sdk';
import { says } from './description.js';
import {
  allConstraints,
  constraintFor,
  debOf,
  profileName,
  refuseOtherPlatforms,
  tagsOf,
  type Deb,
} from './mapping.js';
import { nameOf } from './pockets.js';
import type { HeldProfile, LandscapeState, Source } from './state.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly package: Package;
  readonly deb: Deb;
  readonly purpose: Purpose;
  readonly mark: Mark;
  /** Title and name of the profile. */
  readonly profile: string;
  readonly constraint: string;
  readonly tags: readonly string[];
}

export function desired(order: Order): Desired {
  refuseOtherPlatforms(order.package);
  const deb = debOf(order.package);
  return {
    key: packageKey(order.package),
    package: order.package,
    deb,
    purpose: order.purpose,
    mark: markOf(order),
    profile: profileName(order.package.name, order.ring),
    constraint: constraintFor(deb, order.purpose),
    tags: tagsOf(order),
  };
}

/** The operations left to do, in order. Pure; no ids of Landscape's in them, so that a plan is the same before and after. */
export const diff =
  (plane: string) =>
  (want: Desired, observed: LandscapeState): readonly Operation[] => [
    ...(want.purpose === 'uninstall' || !observed.source ? [] : publishing(plane, want, observed.source)),
    ...releasing(plane, want, observed.profiles),
    ...aiming(
      plane,
      want,
      observed.profiles.find(({ profile }) => profile.name === want.profile),
    ),
  ];

function publishing(plane: string, want: Desired, source: Source): readonly Operation[] {
  const deb = `${want.deb.name} ${want.deb.version}`;
  const step = (kind: string, summary: string, params: object, writes: readonly string[]) =>
    operation(plane, 'publish', kind, summary, { package: want.key, ...params }, writes);

  if (source.kind === 'pocket') {
    const pocket = nameOf(source.pocket);
    if (source.published) return [];
    if (!source.obtainable)
      return [
        step('await_upload', `${deb} must first be put into the pocket ${pocket}, which no API does`, { pocket }, []),
      ];
    return source.pocket.mode === 'mirror'
      ? [
          step('sync_pocket', `synchronise the pocket ${pocket} to get ${deb}`, { pocket }, [
            legacy('SyncMirrorPocket'),
          ]),
        ]
      : [step('pull_pocket', `pull ${deb} into the pocket ${pocket}`, { pocket }, [legacy('PullPackagesToPocket')])];
  }
  const { local, publication, made, imported, published } = source;
  const sha256 = want.package.artifact.sha256;
  const archive = 'POST /debarchive/v1beta1';
  return [
    ...(made ? [] : [step('create_local', `make the local repository "${local}"`, { local }, [`${archive}/locals`])]),
    ...(imported
      ? []
      : [
          step('import_package', `import ${deb} into "${local}"`, { local, sha256 }, [
            `${archive}/locals/${local}:importPackages`,
          ]),
        ]),
    ...(imported && published
      ? []
      : [
          step('publish_ring', `publish "${local}" as it is to ring ${want.mark.ring}`, { publication, sha256 }, [
            `${archive}/publications/${publication}:publish`,
          ]),
        ]),
  ];
}

/** A tag has one profile of an application: those of other rings let go of ours. */
function releasing(plane: string, want: Desired, profiles: readonly HeldProfile[]): readonly Operation[] {
  return profiles
    .filter(({ profile }) => profile.name !== want.profile)
    .map(({ profile }) => ({ name: profile.name, tags: want.tags.filter((tag) => profile.tags?.includes(tag)) }))
    .filter(({ tags }) => tags.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, tags }) => release(plane, want, name, tags));
}

function aiming(plane: string, want: Desired, held: HeldProfile | undefined): readonly Operation[] {
  const { profile: name, constraint, tags } = want;
  const step = (kind: string, summary: string, params: object, write: string) =>
    operation(plane, 'assign', kind, summary, { package: want.key, profile: name, ...params }, [write]);
  const associate = (missing: readonly string[]) =>
    missing.length === 0
      ? []
      : [
          step(
            'associate_tags',
            `aim profile "${name}" at ${told(missing)}`,
            { tags: missing, constraint },
            legacy('AssociatePackageProfile'),
          ),
        ];

  if (!held) {
    return [
      step(
        'create_profile',
        `create package profile "${name}": ${constraint}`,
        { constraint, intent: want.mark.intentId },
        legacy('CreatePackageProfile'),
      ),
      ...associate(tags),
    ];
  }
  const present = held.profile.tags ?? [];
  const changes = allConstraints(held.profile).join('\n') !== constraint;
  const foreign = changes ? present.filter((tag) => !tags.includes(tag)).sort() : [];
  return [
    // Another constraint would reach them too, and the order does not name them.
    ...(foreign.length > 0 ? [release(plane, want, name, foreign)] : []),
    ...(says(held.profile.description, want.mark, want.package)
      ? []
      : [
          step(
            'note_order',
            `note in profile "${name}" whose it is`,
            { intent: want.mark.intentId },
            `PUT /api/v2/packageprofiles/${name}`,
          ),
        ]),
    ...(changes
      ? [step('pin_version', `change profile "${name}" to ${constraint}`, { constraint }, legacy('EditPackageProfile'))]
      : []),
    ...associate(tags.filter((tag) => !present.includes(tag))),
  ];
}

const release = (plane: string, want: Desired, profile: string, tags: readonly string[]) =>
  operation(
    plane,
    'assign',
    'release_tags',
    `take profile "${profile}" off ${told(tags)}`,
    { package: want.key, profile, tags },
    [legacy('DisassociatePackageProfile')],
  );

const legacy = (action: string) => `POST /api/?action=${action}`;
const told = (tags: readonly string[]) => `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`;

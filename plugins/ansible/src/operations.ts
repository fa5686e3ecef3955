import { EucoraError, operation, packageKey, type Operation, type Order } from '@eucora/sdk';
import { cancelUrl, LABELS, launchUrl } from './awx-jobs.js';
import { groupsUrl, groupUrl } from './awx-groups.js';
import { recordInventoryOf, type AnsibleConfig } from './config.js';
import type { Held, Records } from './held-records.js';
import { toAssignmentRecord, toPackageRecord, toSystemPackage, toTargets, type SystemPackage } from './mapping.js';
import { isLaunched, recordOf, type AwxState } from './observe.js';
import { groupNameOf, type AssignmentRecord, type PackageRecord } from './records.js';
import { noSuchGroup } from './scope.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly system: SystemPackage;
  readonly purpose: Order['purpose'];
  readonly package: PackageRecord;
  readonly assignments: readonly AssignmentRecord[];
}

export const desired =
  (config: AnsibleConfig) =>
  (order: Order): Desired => ({
    key: packageKey(order.package),
    system: toSystemPackage(order.package),
    purpose: order.purpose,
    package: toPackageRecord(order, config),
    assignments: toTargets(order).map((wanted) => toAssignmentRecord(order, wanted)),
  });

/** The operations left to do, in order. Pure; no ids of AWX's in them, so that a plan is the same before and after. */
export const diff =
  (plane: string, config: AnsibleConfig) =>
  (want: Desired, state: AwxState): readonly Operation[] => {
    refuseWhatIsInTheWay(want, state, config);
    const step = stepping(plane, config, want);
    const all = [
      ...publishing(want, state, step),
      ...want.assignments.flatMap((wanted) =>
        isLaunched(wanted) ? aiming(wanted, state, step) : recording(wanted, state, step),
      ),
      ...leaving(want, state.records).map(step.remove),
    ];
    return config.labels && !state.label.there ? labelled(all, step.label(state.label.name)) : all;
  };

/** AWX takes only labels that exist: right before the first launch. */
function labelled(all: readonly Operation[], label: (phase: Operation['phase']) => Operation): readonly Operation[] {
  const first = all.findIndex(({ kind }) => kind === 'launch_sync' || kind === 'launch_install');
  return first < 0 ? all : [...all.slice(0, first), label(all[first]!.phase), ...all.slice(first)];
}

/** What is taken off needs no package. What a job is making ready needs no second one. */
function publishing(want: Desired, { records, sync }: AwxState, step: Steps): readonly Operation[] {
  if (want.purpose === 'uninstall') return [];
  const held = records.packages.find(({ version }) => version === want.package.version);
  if (held?.ready) return [];
  const create = held ? [] : [step.createPackage];
  if (want.package.ready) return held ? [step.confirm] : create;
  const underWay = sync && (sync.active || sync.status === 'successful');
  return [...create, ...(underWay ? [] : [step.launchSync((sync?.attempt ?? 0) + 1)]), step.confirm];
}

/** Write down what is wanted, launch, write down the job. */
function aiming(wanted: AssignmentRecord, { records, aims }: AwxState, step: Steps): readonly Operation[] {
  const held = recordOf(records, wanted);
  const { hosts = 0, found, last } = aims[wanted.target] ?? {};
  const launchAndNote = (generation: number, attempt: number) =>
    hosts === 0 ? [] : [step.launch(wanted, generation, attempt), step.note(wanted, generation, attempt)];

  if (!held) return [step.create(wanted), ...launchAndNote(1, 1)];
  if (!isSame(held, wanted)) {
    const generation = held.generation + 1;
    return [...superseding(wanted, held, aims, step), ...launchAndNote(generation, 1)];
  }
  if (found) return [step.note(wanted, held.generation, found.attempt)];
  if (last?.generation !== held.generation) return launchAndNote(held.generation, 1);
  if (last.outcome === 'overdue') return [step.cancel(wanted, last.generation, last.attempt)];
  return last.outcome === 'left' ? launchAndNote(held.generation, last.attempt + 1) : [];
}

/** An exclusion, or something that is offered only: a record and no job. */
function recording(wanted: AssignmentRecord, { records, aims }: AwxState, step: Steps): readonly Operation[] {
  if (wanted.mode === 'exclude') return exclusionOf(records, wanted) ? [] : [step.create(wanted)];
  const held = recordOf(records, wanted);
  if (!held) return [step.create(wanted)];
  return isSame(held, wanted) ? [] : superseding(wanted, held, aims, step);
}

/** What still runs for the old wish is stopped first: two jobs must not pull a host in two directions. */
function superseding(
  wanted: AssignmentRecord,
  held: AssignmentRecord,
  aims: AwxState['aims'],
  step: Steps,
): readonly Operation[] {
  const { found, last } = aims[wanted.target] ?? {};
  const running = [
    ...(found?.active ? [found] : []),
    ...(last?.outcome === 'active' || last?.outcome === 'overdue' ? [last] : []),
  ];
  return [
    ...running.map(({ generation, attempt }) => step.cancel(wanted, generation, attempt)),
    step.change(wanted, held.generation + 1),
  ];
}

const exclusionOf = ({ assignments }: Records, wanted: AssignmentRecord) =>
  assignments.find((one) => one.mode === 'exclude' && groupNameOf(one) === groupNameOf(wanted));

/** Exclusions of what is aimed nowhere any more. One that is still aimed keeps its own: without them it would reach too far. */
function leaving({ assignments: wanted }: Desired, records: Records): readonly Held<AssignmentRecord>[] {
  const names = new Set(wanted.map(groupNameOf));
  const aimed = new Set(
    [...records.assignments.filter((one) => !names.has(groupNameOf(one))), ...wanted]
      .filter(({ mode }) => mode === 'include')
      .map(({ version, purpose }) => `${version}\n${purpose}`),
  );
  return records.assignments.filter(
    (one) => one.mode === 'exclude' && !names.has(groupNameOf(one)) && !aimed.has(`${one.version}\n${one.purpose}`),
  );
}

const isSame = (held: AssignmentRecord, wanted: AssignmentRecord) =>
  held.version === wanted.version && held.purpose === wanted.purpose;

/** Every complaint before anything is touched. Reading the state goes on in spite of them. */
function refuseWhatIsInTheWay(want: Desired, { missing, records }: AwxState, { inventory }: AnsibleConfig): void {
  if (missing.length > 0) throw noSuchGroup(missing, inventory);
  const needed = [want.package, ...want.assignments].map(groupNameOf);
  const foreign = needed.filter((name) => records.foreign.includes(name));
  if (foreign.length > 0) {
    throw new EucoraError('PLANE_CONFLICT', {
      what: `AWX has groups where the hub keeps its records, and they do not hold such records: ${foreign.join(', ')}`,
      remedy: 'Somebody made or edited them by hand. Delete or rename them in AWX; the hub writes its record anew.',
      details: { groups: foreign },
    });
  }
  const other = records.packages.find(
    (one) => one.version === want.package.version && one.sha256 !== want.package.sha256,
  );
  if (other) {
    throw new EucoraError('PLANE_CONFLICT', {
      what: `AWX holds ${want.key} with other content (sha256 ${other.sha256}) in group ${groupNameOf(other)}`,
      remedy: 'Packages never change: give the new content a new version, or delete that group if it is the wrong one.',
    });
  }
}

type Steps = ReturnType<typeof stepping>;

/** Operations with what they write. Their paths are those of `awx-*.ts`. */
function stepping(plane: string, config: AnsibleConfig, want: Desired) {
  const sent = (method: string, path: string) => `${method} ${config.apiPrefix}${path}`;
  const POST_GROUP = sent('POST', groupsUrl(recordInventoryOf(config)));
  const PATCH_GROUP = sent('PATCH', groupUrl('{}'));
  const { key, system, package: pkg } = want;
  const publish = (kind: string, summary: string, write: string, params: object = {}) =>
    operation(plane, 'publish', kind, summary, { package: key, sha256: pkg.sha256, ...params }, [write]);
  const assign = (kind: string, summary: string, write: string, params: object) =>
    operation(plane, 'assign', kind, summary, { package: key, ...params }, [write]);
  const aim = ({ target, mode, purpose }: AssignmentRecord) => ({ target, mode, purpose });
  const action = want.purpose === 'uninstall' ? 'remove' : 'install';

  return {
    createPackage: publish('create_package', `record ${key} on AWX (${pkg.source})`, POST_GROUP),
    launchSync: (attempt: number) =>
      publish(
        'launch_sync',
        `put ${key} into the repository`,
        sent('POST', launchUrl(config.repositoryTemplate ?? 0)),
        { attempt },
      ),
    confirm: publish('confirm_package', `record that ${key} can be had`, PATCH_GROUP),
    label: (name: string) => (phase: Operation['phase']) =>
      operation(plane, phase, 'create_label', `create label ${name}`, { label: name }, [sent('POST', LABELS)]),
    create: (one: AssignmentRecord) =>
      assign(
        'create_assignment',
        `record ${one.mode} of ${one.target} for ${key} (${one.purpose})`,
        POST_GROUP,
        aim(one),
      ),
    change: (one: AssignmentRecord, generation: number) =>
      assign(
        'change_assignment',
        `record ${key} (${one.purpose}) in the place of what ${one.target} has`,
        PATCH_GROUP,
        {
          ...aim(one),
          generation,
        },
      ),
    remove: ({ version, target, purpose }: AssignmentRecord) =>
      assign('remove_exclusion', `no longer except ${target} from version ${version}`, sent('DELETE', groupUrl('{}')), {
        version,
        target,
        purpose,
      }),
    launch: (one: AssignmentRecord, generation: number, attempt: number) =>
      assign(
        'launch_install',
        `${action} ${system.name} ${system.version} on ${one.target}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
        sent('POST', launchUrl(config.installTemplate)),
        { ...aim(one), generation, attempt },
      ),
    note: (one: AssignmentRecord, generation: number, attempt: number) =>
      assign('note_launch', `record the job on ${one.target}`, PATCH_GROUP, { ...aim(one), generation, attempt }),
    cancel: (one: AssignmentRecord, generation: number, attempt: number) =>
      assign('cancel_job', `cancel the job that runs on ${one.target}`, sent('POST', cancelUrl('{}')), {
        target: one.target,
        generation,
        attempt,
      }),
  };
}

import { latest, latestOf, type JamfState, type Leaves, type SimPolicy } from './state.js';
import { childrenOf, itemsOf, wordsOf, type Element } from './xml.js';

/** A policy that nobody has said anything about. Only what is in here is kept; everything else is dropped without a word. */
const DEFAULTS: Omit<SimPolicy, 'id'> = {
  general: {
    name: '',
    enabled: 'true',
    trigger: 'EVENT',
    trigger_checkin: 'false',
    trigger_enrollment_complete: 'false',
    trigger_login: 'false',
    trigger_logout: 'false',
    trigger_network_state_changed: 'false',
    trigger_startup: 'false',
    trigger_other: '',
    frequency: 'Once per computer',
    retry_event: 'none',
    retry_attempts: '-1',
    notify_on_each_failed_retry: 'false',
    location_user_only: 'false',
    target_drive: '/',
    offline: 'false',
    network_requirements: 'Any',
  },
  scope: { allComputers: false, computers: [], include: [], exclude: [] },
  selfService: {
    use_for_self_service: 'false',
    self_service_display_name: '',
    install_button_text: 'Install',
    're-install_button_text': 'Reinstall',
    self_service_description: '',
    force_users_to_view_description: 'false',
    feature_on_main_page: 'false',
  },
  packages: [],
  files: {
    search_by_path: '',
    delete_file: 'false',
    locate_file: '',
    update_locate_database: 'false',
    spotlight_search: '',
    search_for_process: '',
    kill_process: 'false',
    run_command: '',
  },
  maintenance: { recon: 'false', reset_name: 'false', heal: 'false', permissions: 'false', byhost: 'false' },
  interaction: { message_start: '', allow_user_to_defer: 'false', message_finish: '' },
};

/** A value that is none of these becomes the first, with 201. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  frequency: [
    'Once per computer',
    'Once per user per computer',
    'Once per user',
    'Once every day',
    'Once every week',
    'Once every month',
    'Ongoing',
  ],
  retry_event: ['none', 'trigger', 'check-in'],
  network_requirements: ['Any', 'Ethernet'],
  action: ['Install', 'Cache', 'Install Cached'],
};

/** Children of a scope come in this order; one that comes late is not read. */
const SCOPE_ORDER = [
  'all_computers',
  'computers',
  'computer_groups',
  'buildings',
  'departments',
  'limit_to_users',
  'limitations',
  'exclusions',
];

/** What Jamf says no to. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A write into a policy: sections that are left out stay, a scope replaces the whole scope. @throws Refused */
export function merged(state: JamfState, id: string, before: SimPolicy | undefined, sent: Element): SimPolicy {
  const old = before ?? { id, ...DEFAULTS };
  const next: SimPolicy = {
    id,
    general: leaves(old.general, sent.general),
    scope: 'scope' in sent ? scopeOf(state, childrenOf(sent.scope)) : old.scope,
    selfService: leaves(old.selfService, sent.self_service),
    packages:
      'package_configuration' in sent ? packagesOf(state, childrenOf(sent.package_configuration)) : old.packages,
    files: leaves(old.files, sent.files_processes),
    maintenance: leaves(old.maintenance, sent.maintenance),
    interaction: leaves(old.interaction, sent.user_interaction),
  };
  if (!next.general.name) throw new Refused(409, 'Name is required');
  const taken = latest(state.policies).some(
    (one) => one.id !== id && one.general.name!.toLowerCase() === next.general.name!.toLowerCase(),
  );
  if (taken) throw new Refused(409, 'Duplicate name');
  return next;
}

function leaves(old: Leaves, sent: unknown): Leaves {
  const known = Object.entries(childrenOf(sent)).filter(([name]) => name in old);
  return { ...old, ...Object.fromEntries(known.map(([name, value]) => [name, valid(name, wordsOf(value))])) };
}

const valid = (name: string, value: string): string => {
  const allowed = ENUMS[name];
  return allowed === undefined || allowed.includes(value) ? value : allowed[0]!;
};

function scopeOf(state: JamfState, sent: Element): SimPolicy['scope'] {
  let last = -1;
  const read = Object.fromEntries(
    Object.entries(sent).filter(([name]) => {
      const at = SCOPE_ORDER.indexOf(name);
      if (at <= last) return false;
      last = at;
      return true;
    }),
  );
  return {
    allComputers: wordsOf(read.all_computers) === 'true',
    computers: itemsOf(read.computers, 'computer').map(({ id }) => wordsOf(id)),
    include: groupsOf(state, read.computer_groups),
    exclude: groupsOf(state, childrenOf(read.exclusions).computer_groups),
  };
}

/** An id that is no group's any more is not a 409 there but a 500 (facts file, 2.5). */
const groupsOf = (state: JamfState, sent: unknown): readonly string[] =>
  itemsOf(sent, 'computer_group').map(({ id, name }) => {
    const group =
      id === undefined
        ? latest(state.groups).find((one) => one.name === wordsOf(name))
        : latestOf(state.groups, wordsOf(id));
    if (!group) throw new Refused(500, 'Unable to update the database');
    return group.id;
  });

const packagesOf = (state: JamfState, sent: Element): SimPolicy['packages'] =>
  itemsOf(sent.packages, 'package').map(({ id, name, action }) => {
    const found = latest(state.packages).find((one) =>
      id === undefined ? one.fields.packageName === wordsOf(name) : one.id === wordsOf(id),
    );
    if (!found) throw new Refused(409, 'Problem with package');
    return { id: found.id, action: valid('action', wordsOf(action)) };
  });

import type { AwxInstance, SimGroup, SimHost } from './state.js';

/** The group and every group in it, however deep. */
export function withDescendants(state: AwxInstance, group: SimGroup): readonly SimGroup[] {
  const found = new Map<number, SimGroup>();
  const visit = (one: SimGroup | undefined) => {
    if (!one || found.has(one.id)) return;
    found.set(one.id, one);
    for (const child of one.children) visit(state.groups.get(child));
  };
  visit(group);
  return [...found.values()];
}

export function hostsIn(state: AwxInstance, group: SimGroup): readonly SimHost[] {
  const ids = new Set(withDescendants(state, group).map(({ id }) => id));
  return [...state.hosts.values()].filter(({ groups }) => groups.some((id) => ids.has(id)));
}

export interface Matched {
  /** Switched-off hosts are left out, as AWX leaves them out of the inventory that a job sees. */
  readonly hosts: readonly string[];
  /** The names of groups and hosts that the terms stand for; those of hosts as `host:<name>`. */
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

/** Ansible's patterns as far as limits use them: names of groups and hosts, `!` for all but. What matches nothing is passed over. */
export function matchLimit(state: AwxInstance, inventory: number, limit: string): Matched {
  const groups = new Map(
    [...state.groups.values()].filter((one) => one.inventory === inventory).map((one) => [one.name, one]),
  );
  const mine = [...state.hosts.values()].filter((one) => one.inventory === inventory && one.enabled);
  const terms = limit.split(/[:,]/).filter(Boolean);
  const plain = terms.filter((term) => !term.startsWith('!'));
  const without = terms.filter((term) => term.startsWith('!')).map((term) => term.slice(1));

  const membersOf = (names: readonly string[]) => {
    const ids = new Set(
      names.flatMap((name) => (groups.has(name) ? withDescendants(state, groups.get(name)!).map(({ id }) => id) : [])),
    );
    const wanted = new Set(names);
    return (host: SimHost) => wanted.has(host.name) || host.groups.some((id) => ids.has(id));
  };
  const isIn = plain.length === 0 || plain.includes('all') ? () => true : membersOf(plain);
  const isOut = membersOf(without);
  const spelled = (names: readonly string[]) =>
    names.flatMap((name) =>
      groups.has(name) ? withDescendants(state, groups.get(name)!).map((one) => one.name) : [`host:${name}`],
    );
  return {
    hosts: mine.filter((host) => isIn(host) && !isOut(host)).map(({ name }) => name),
    included: plain.length === 0 ? [...groups.keys()] : spelled(plain),
    excluded: spelled(without),
  };
}

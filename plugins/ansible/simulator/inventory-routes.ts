import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { badField, iso, noContent, notFound } from './answers.js';
import { listing } from './listing.js';
import { hostsIn } from './limits.js';
import type { Fields } from './lookups.js';
import type { AwxInstance, SimGroup, SimHost } from './state.js';
import type { World } from './world.js';

type Here = Exchange<AwxInstance>;

/** AWX's document knows these for making things; to add what exists it takes an id (its documentation, "Association"). */
const BY_ID = { unchecked: true };

const GROUP_FIELDS: Fields<SimGroup> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  description: ({ description }) => description,
  inventory: ({ inventory }) => inventory,
  modified: ({ modifiedAt }) => iso(modifiedAt),
};

/** Hosts and groups of inventories. A group's name is unique in its inventory. */
export function inventoryRoutes(world: World): readonly Route<AwxInstance>[] {
  const now = () => world.clock.now().getTime();
  const ledger = () => world.ledger();

  const hostFields = (state: AwxInstance): Fields<SimHost> => ({
    id: ({ id }) => id,
    name: ({ name }) => name,
    enabled: ({ enabled }) => enabled,
    inventory: ({ inventory }) => inventory,
    groups__name: ({ groups }) => groups.map((id) => state.groups.get(id)?.name ?? ''),
  });

  const hostRow = (state: AwxInstance) => (host: SimHost) => ({
    id: host.id,
    type: 'host',
    url: `/api/v2/hosts/${host.id}/`,
    related: {},
    summary_fields: {
      groups: {
        count: host.groups.length,
        results: host.groups.slice(0, 5).map((id) => ({ id, name: state.groups.get(id)?.name ?? '' })),
      },
    },
    created: iso(host.createdAt),
    modified: iso(host.createdAt),
    name: host.name,
    description: '',
    inventory: host.inventory,
    enabled: host.enabled,
    instance_id: '',
    variables: host.variables,
    ansible_facts_modified: null,
  });

  const withInventory = (handle: (inventory: number, exchange: Here) => Answer) => (exchange: Here) => {
    const inventory = Number(exchange.params.inventory);
    return exchange.state.inventories.has(inventory) ? handle(inventory, exchange) : notFound();
  };
  const withGroup = (handle: (group: SimGroup, exchange: Here) => Answer) => (exchange: Here) => {
    const group = exchange.state.groups.get(Number(exchange.params.group));
    return group ? handle(group, exchange) : notFound();
  };

  const createGroup = (inventory: number, { state, body }: Here): Answer => {
    const {
      name,
      description = '',
      variables = '',
    } = body as { name: string; description?: string; variables?: string };
    if (isTaken(state, inventory, name))
      return badField('__all__', 'Group with this Name and Inventory already exists.');
    const at = now();
    const group: SimGroup = {
      id: world.nextId(),
      inventory,
      name,
      description,
      variables,
      createdAt: at,
      modifiedAt: at,
      children: [],
    };
    state.groups.set(group.id, group);
    ledger().record('group_created', String(group.id), { name });
    return json(201, groupRow(group), { location: `/api/v2/groups/${group.id}/` });
  };

  const changeGroup = withGroup((group, { state, body }) => {
    const { name, description, variables } = body as Partial<SimGroup>;
    if (name !== undefined && name !== group.name && isTaken(state, group.inventory, name)) {
      return badField('__all__', 'Group with this Name and Inventory already exists.');
    }
    group.name = name ?? group.name;
    group.description = description ?? group.description;
    group.variables = variables ?? group.variables;
    group.modifiedAt = now();
    ledger().record('group_changed', String(group.id), { name: group.name });
    return json(200, groupRow(group));
  });

  const deleteGroup = withGroup((group, { state }) => {
    state.groups.delete(group.id);
    for (const host of state.hosts.values()) host.groups = host.groups.filter((id) => id !== group.id);
    ledger().record('group_deleted', String(group.id), { name: group.name });
    return noContent();
  });

  /** An id in the body adds what exists; `disassociate` takes it away. */
  const associate = (group: SimGroup, { body, state }: Here): Answer => {
    const { id, disassociate } = body as { id?: number; disassociate?: boolean };
    const host = state.hosts.get(id ?? 0);
    if (!host) return badField('id', 'Object does not exist.');
    const others = host.groups.filter((one) => one !== group.id);
    host.groups = disassociate ? others : [...others, group.id];
    return noContent();
  };

  return [
    route(
      'GET',
      '/inventories/{inventory}/',
      withInventory((id, { state }) => json(200, { ...state.inventories.get(id)!, type: 'inventory', kind: '' })),
    ),
    route(
      'GET',
      '/inventories/{inventory}/groups/',
      withInventory((id, exchange) =>
        listing(
          exchange,
          [...exchange.state.groups.values()].filter(({ inventory }) => inventory === id),
          GROUP_FIELDS,
          groupRow,
          world,
          'name',
        ),
      ),
    ),
    route('POST', '/inventories/{inventory}/groups/', withInventory(createGroup)),
    route(
      'GET',
      '/inventories/{inventory}/hosts/',
      withInventory((id, exchange) =>
        listing(
          exchange,
          [...exchange.state.hosts.values()].filter(({ inventory }) => inventory === id),
          hostFields(exchange.state),
          hostRow(exchange.state),
          world,
          'name',
        ),
      ),
    ),
    route(
      'GET',
      '/groups/{group}/',
      withGroup((group) => json(200, groupRow(group))),
    ),
    route('PATCH', '/groups/{group}/', changeGroup),
    route('PUT', '/groups/{group}/', changeGroup),
    route('DELETE', '/groups/{group}/', deleteGroup),
    route(
      'GET',
      '/groups/{group}/all_hosts/',
      withGroup((group, exchange) =>
        listing(
          exchange,
          hostsIn(exchange.state, group),
          hostFields(exchange.state),
          hostRow(exchange.state),
          world,
          'name',
        ),
      ),
    ),
    route('POST', '/groups/{group}/hosts/', withGroup(associate), BY_ID),
    route(
      'POST',
      '/groups/{group}/children/',
      withGroup((group, { state, body }) => {
        const { id } = body as { id?: number };
        if (id === undefined || !state.groups.has(id)) return badField('id', 'Object does not exist.');
        if (!group.children.includes(id)) group.children.push(id);
        return noContent();
      }),
      BY_ID,
    ),
    route('PATCH', '/hosts/{host}/', ({ state, params, body }) => {
      const host = state.hosts.get(Number(params.host));
      if (!host) return notFound();
      const { enabled, variables } = body as Partial<SimHost>;
      host.enabled = enabled ?? host.enabled;
      host.variables = variables ?? host.variables;
      return json(200, hostRow(state)(host));
    }),
  ];
}

const isTaken = (state: AwxInstance, inventory: number, name: string) =>
  [...state.groups.values()].some((one) => one.inventory === inventory && one.name === name);

const groupRow = (group: SimGroup) => ({
  id: group.id,
  type: 'group',
  url: `/api/v2/groups/${group.id}/`,
  related: {},
  summary_fields: {},
  created: iso(group.createdAt),
  modified: iso(group.modifiedAt),
  name: group.name,
  description: group.description,
  inventory: group.inventory,
  variables: group.variables,
});

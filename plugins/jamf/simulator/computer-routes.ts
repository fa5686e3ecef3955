import { json, type Answer, type FleetDevice, type Route } from '@eucora/sdk/testing';
import { apiError, page, statusPage } from './answers.js';
import type { Door, Here } from './door.js';
import { rsql, WrongQuery } from './rsql.js';
import { alone } from './runs.js';
import { latest, put, type JamfState, type NodeName, type SimGroup } from './state.js';
import { viewOf, type World } from './world.js';
import { xml } from './xml.js';

const GROUPS = '/JSSResource/computergroups';

/** Groups, inventory and history of computers. A computer's id is its place in the fleet, beginning with 1. */
export function computerRoutes(world: World, door: Door): readonly Route<JamfState>[] {
  const { fleet, runs } = world;
  const ids = new Map(fleet.devices.map(({ id }, at) => [id, String(at + 1)]));
  const deviceOf = (id: string): FleetDevice | undefined => fleet.devices[Number(id) - 1];

  const groupList = ({ state }: Here, node: NodeName): Answer =>
    json(
      200,
      viewOf(world, node)
        .all(state.groups)
        .map(({ id, name, smart }) => ({ id, name, description: '', smartGroup: smart })),
    );

  const withGroup =
    (handle: (group: SimGroup, exchange: Here, node: NodeName) => Answer) => (exchange: Here, node: NodeName) => {
      const group = viewOf(world, node).one(exchange.state.groups, exchange.params.id!);
      return group ? handle(group, exchange, node) : statusPage(404);
    };

  const group = withGroup(({ id, name, smart, fleetGroup }, exchange) => {
    const computers = fleet
      .members([fleetGroup])
      .map((device) => ({ id: Number(ids.get(device.id)), name: nameOf(device), serial_number: serialOf(device) }));
    if (/json/.test(exchange.headers.accept ?? '')) {
      return json(200, { computer_group: { id: Number(id), name, is_smart: smart, criteria: [], computers } });
    }
    return xml(200, 'computer_group', {
      id,
      name,
      is_smart: smart,
      computers: { size: computers.length, computer: computers },
    });
  });

  const removeGroup = withGroup(({ id }, { state }, node) => {
    put(state.groups, id, undefined, world.clock.now().getTime(), node);
    return xml(200, 'computer_group', { id });
  });

  const addStatic = ({ body, state, origin }: Here, node: NodeName): Answer => {
    const { name } = body as { readonly name: string };
    const taken = latest(state.groups).some((one) => one.name.toLowerCase() === name.toLowerCase());
    if (taken) return apiError(422, 'DUPLICATE', 'Duplicate group name.', 'name');
    const id = world.nextId('group');
    put(state.groups, id, { id, name, smart: false, fleetGroup: name }, world.clock.now().getTime(), node);
    return json(201, { id, href: `${origin}/api/v3/computer-groups/static-groups/${id}` });
  };

  const inventory = (exchange: Here): Answer => {
    try {
      const fits = rsql(exchange.query.filter ?? '', ['id', 'general.name', 'hardware.serialNumber']);
      const rows = fleet.devices.filter((device) =>
        fits({
          id: ids.get(device.id)!,
          'general.name': nameOf(device),
          'hardware.serialNumber': serialOf(device),
        }),
      );
      const size = Number(exchange.query['page-size'] ?? 100);
      const from = Number(exchange.query.page ?? 0) * Math.min(size, 2_000);
      // Only what the page shows is worked out: a device costs something.
      const shown = rows.map((device, at) => (at >= from && at < from + size ? row(device, exchange.path) : undefined));
      return page(shown, exchange);
    } catch (cause) {
      if (cause instanceof WrongQuery) return apiError(400, 'INVALID_FILTER', cause.message, 'filter');
      throw cause;
    }
  };

  /** Of the sections those that are simulated, whichever were asked for. */
  const row = (device: FleetDevice, path: string) => {
    const [state] = fleet.states('inventory', [alone(device.id)]);
    const seen = state?.lastSeen ?? null;
    return {
      id: ids.get(device.id),
      udid: `udid-${device.id}`,
      general: {
        name: nameOf(device),
        platform: 'Mac',
        remoteManagement: { managed: true },
        reportDate: seen,
        ...(path.includes('/v4/') ? { lastCheckIn: seen, lastContact: seen } : { lastContactTime: seen }),
      },
      operatingSystem: { name: 'macOS', version: '26.1' },
      packageReceipts: { installedByJamfPro: runs.receiptsOf(device.id), installedByInstallerSwu: [], cached: [] },
    };
  };

  const history = ({ params, headers }: Here): Answer => {
    const device = deviceOf(params.id!);
    if (!device) return statusPage(404);
    const logs = runs.logsOf(device.id).map(({ policyId, name, failed, at }) => ({
      policy_id: Number(policyId),
      policy_name: name,
      username: '',
      date_completed: at,
      date_completed_epoch: Date.parse(at),
      date_completed_utc: at.replace('Z', '+0000'),
      status: failed ? 'Failed' : 'Completed',
    }));
    if (/json/.test(headers.accept ?? '')) return json(200, { computer_history: { policy_logs: logs } });
    return xml(200, 'computer_history', { policy_logs: { policy_log: logs } });
  };

  return [
    door('GET', '/api/v1/computer-groups', 'Read Static Computer Groups', groupList),
    door('POST', '/api/v3/computer-groups/static-groups', 'Create Static Computer Groups', addStatic),
    door('GET', `${GROUPS}/id/{id}`, 'Read Static Computer Groups', group),
    door('DELETE', `${GROUPS}/id/{id}`, 'Delete Static Computer Groups', removeGroup),
    ...(world.version.startsWith('11.3')
      ? [door('GET', '/api/v4/computers-inventory', 'Read Computers', inventory)]
      : []),
    door('GET', '/api/v3/computers-inventory', 'Read Computers', inventory),
    door('GET', '/JSSResource/computerhistory/id/{id}/subset/PolicyLogs', 'Read Computers', history),
  ];
}

const nameOf = ({ id }: FleetDevice) => `Mac ${id}`;
const serialOf = ({ id }: FleetDevice) =>
  `C02${id
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 9)
    .toUpperCase()}`;

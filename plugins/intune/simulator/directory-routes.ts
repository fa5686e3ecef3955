import { json, route, send, type Answer, type Exchange, type FleetDevice, type Route } from '@eucora/sdk/testing';
import { badRequest, graphError, page, selected } from './answers.js';
import { guidOf, type IntuneTenant } from './state.js';
import type { World } from './world.js';

type Here = Exchange<IntuneTenant>;

/** Entra's name for a device of the fleet; the fleet's own id is Intune's. */
export const entraIdOf = (device: Pick<FleetDevice, 'id'>): string => guidOf('entra', device.id);

const OS: Readonly<Record<FleetDevice['platform'], string>> = {
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux (ubuntu)',
  ios: 'iOS',
  android: 'Android',
};

/** Groups and their devices (Entra ID), and the devices that Intune manages. @param groups ids of the groups that exist */
export function directoryRoutes(world: World, groups: ReadonlySet<string>): readonly Route<IntuneTenant>[] {
  const byEntraId = new Map(world.fleet.devices.map((device) => [entraIdOf(device), device]));

  const withGroup = (handle: (group: string, exchange: Here) => Answer) => (exchange: Here) => {
    const group = exchange.params.group!;
    if (groups.has(group)) return handle(group, exchange);
    return graphError(
      404,
      'Request_ResourceNotFound',
      `Resource '${group}' does not exist or one of its queried reference-property objects are not present.`,
    );
  };

  /** Casts and counts are advanced queries. */
  const advanced = (handle: (group: string, exchange: Here) => Answer) =>
    withGroup((group, exchange) =>
      exchange.headers.consistencylevel === 'eventual'
        ? handle(group, exchange)
        : graphError(400, 'Request_UnsupportedQuery', 'The request needs the header ConsistencyLevel: eventual.'),
    );

  const members = advanced((group, exchange) => {
    const devices = world.fleet.members([group]);
    return page(
      devices.map((device) => selected(directoryDevice(device), exchange.query.$select)),
      exchange,
      world.pageSize,
      exchange.query.$skip === undefined ? { '@odata.count': devices.length } : {},
    );
  });

  const count = advanced((group) =>
    send(200, String(world.fleet.members([group]).length), { 'content-type': 'text/plain' }),
  );

  const managed = (exchange: Here): Answer => {
    const { $filter: filter, $select: select } = exchange.query;
    const asked = filter === undefined ? undefined : /^azureADDeviceId eq '([^']*)'$/.exec(filter)?.[1];
    if (filter !== undefined && asked === undefined) return badRequest(`The filter "${filter}" is not supported.`);
    const one = asked === undefined ? undefined : byEntraId.get(asked.toLowerCase());
    const devices = asked === undefined ? world.fleet.devices : one ? [one] : [];
    return page(
      devices.map((device) => selected(managedDevice(device, world), select)),
      exchange,
      world.pageSize,
    );
  };

  return [
    route(
      'GET',
      '/v1.0/groups/{group}',
      withGroup((id) => json(200, { '@odata.type': '#microsoft.graph.group', id, displayName: id })),
    ),
    ...['graph.device', 'microsoft.graph.device'].flatMap((cast) => [
      route<IntuneTenant>('GET', `/v1.0/groups/{group}/transitiveMembers/${cast}/$count`, count),
      route<IntuneTenant>('GET', `/v1.0/groups/{group}/transitiveMembers/${cast}`, members),
    ]),
    route('GET', '/v1.0/deviceManagement/managedDevices', managed),
  ];
}

const directoryDevice = (device: FleetDevice) => ({
  '@odata.type': '#microsoft.graph.device',
  id: guidOf('object', device.id),
  deviceId: entraIdOf(device),
  displayName: nameOf(device),
});

const managedDevice = (device: FleetDevice, world: World) => ({
  '@odata.type': '#microsoft.graph.managedDevice',
  id: device.id,
  azureADDeviceId: entraIdOf(device),
  deviceName: nameOf(device),
  operatingSystem: OS[device.platform],
  osVersion: '10.0.26100.1',
  lastSyncDateTime: world.clock.now().toISOString(),
});

export const nameOf = (device: Pick<FleetDevice, 'id'>): string => `DESKTOP-${device.id.slice(0, 8).toUpperCase()}`;

import { expect } from 'chai';
import yazl from 'yazl';
import type { DeviceState, EucoraError, Order } from '@eucora/sdk';
import { memoryJournal } from '@eucora/sdk/testing';
import { foldStates } from '../src/install-states.js';
import { rowsOf, type ReportRow } from '../src/report.js';
import { CANARY, collected, FLEET, givenWorld, KIOSKS, LAB, newer, type World } from './given.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the states of the devices', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('rise from nothing to installed as devices check in', async () => {
    await deploy(world, newer());
    const first = await statusesOf(world, newer());
    expect(first.filter((status) => status === 'installed')).to.have.length(0);
    await world.clock.advance(2 * DAY);
    expect(await statusesOf(world, newer())).to.deep.equal(Array(5).fill('installed'));
  });

  it("are those of the order's ring, though the report has every ring of the app", async () => {
    await deploy(world, newer({ scope: { include: [LAB] } }));
    await deploy(world, newer({ ring: 'canary', scope: { include: [CANARY] } }));
    await world.clock.advance(2 * DAY);
    expect(await idsOf(world, newer())).to.have.members(['lab-0', 'lab-1', 'lab-2', 'lab-3', 'lab-kiosk']);
    expect(await idsOf(world, newer({ scope: { include: [CANARY] } }))).to.have.length(10);
    expect(await idsOf(world, newer({ scope: { include: [LAB, CANARY] } }))).to.have.length(15);
  });

  it('leave out the devices of excluded groups', async () => {
    const order = newer({ scope: { include: [LAB], exclude: [KIOSKS] } });
    await deploy(world, order);
    await world.clock.advance(2 * DAY);
    expect(await idsOf(world, order)).not.to.include('lab-kiosk');
  });

  it('are unknown while there is no app', async () => {
    expect(await statusesOf(world, newer())).to.deep.equal(Array(5).fill('unknown'));
  });

  it('say what failed, and with which code', async () => {
    const failing = await givenWorld({ fleet: { ...FLEET, failureRate: 1 } });
    await deploy(failing, newer());
    await failing.clock.advance(2 * DAY);
    const states = await statesOf(failing, newer());
    expect(states.map(({ status, errorCode }) => `${status} ${errorCode}`)).to.deep.equal(
      Array(5).fill('failed 0x80070643'),
    );
    await failing.stop();
  });

  it('come also where many devices are asked for, through the pages of all devices', async () => {
    const devices = Array.from({ length: 1_201 }, (_, n) => ({
      id: `big-${n}`,
      groups: ['big'],
      platform: 'windows' as const,
    }));
    const large = await givenWorld({ fleet: { seed: 1, devices } });
    const order = newer({ scope: { include: ['big'] } });
    await deploy(large, order);
    await large.clock.advance(2 * DAY);
    const sizes: number[] = [];
    const statuses = new Map<string, number>();
    for await (const page of large.plane.deviceStates(large.ctx, { order })) {
      sizes.push(page.length);
      for (const { status } of page) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(sizes).to.deep.equal([1_000, 201]);
    expect([...statuses]).to.deep.equal([['installed', 1_201]]);
    await large.stop();
  });

  it('wait for a slow report, and say when it failed or takes too long', async () => {
    await deploy(world, newer());
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: { id: 'x', status: 'failed' },
      match: { path: /exportJobs\/.+/ },
    });
    await refused(statesOf(world, newer()), 'PLANE_ERROR');

    const slow = await givenWorld({ delays: { report: HOUR }, settings: { patienceMs: 60_000 } });
    await deploy(slow, newer());
    await refused(statesOf(slow, newer()), 'DEADLINE_EXCEEDED');
    await slow.stop();
  });

  it('do not take something else for the report', async () => {
    await deploy(world, newer());
    world.simulator.faults.inject({ kind: 'html', match: { path: /^\/reports/ }, times: Infinity });
    await refused(statesOf(world, newer()), 'PLANE_ANSWER_INVALID');
  });

  it('are refused, not made up, where the application may not read devices', async () => {
    const members = { value: [{ '@odata.type': '#microsoft.graph.device', id: 'object-1', deviceId: null }] };
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: members, match: { path: /graph\.device$/ } });
    const refusal = await refused(statesOf(world, newer()), 'PLANE_FORBIDDEN');
    expect(refusal.remedy).to.include('Device.Read.All');
  });

  it('of a group that nobody has are refused with its name', async () => {
    const refusal = await refused(statesOf(world, newer({ scope: { include: ['nobody'] } })), 'PLANE_OBJECT_MISSING');
    expect(refusal.message).to.include('/groups/nobody/');
    expect(refusal.errorClass).to.equal('permanent');
  });
});

describe('a device with several rows', () => {
  const row = (status: string, at: string, DeviceId = 'D1'): ReportRow => ({
    DeviceId,
    AppInstallState: status,
    LastModifiedDateTime: at,
    HexErrorCode: status === '2' ? '0x80070002' : '0x00000000',
    AppVersion: '2.0',
  });

  it('counts once, with its latest row', async () => {
    expect(
      await folded(row('2', '2026-01-05T10:00:00Z'), row('1', '2026-01-05T11:00:00Z'), row('5', '2026-01-05 09:00:00')),
    ).to.deep.equal([{ deviceId: 'd1', status: 'installed', version: '2.0', lastSeen: '2026-01-05T11:00:00.000Z' }]);
  });

  it('counts with the graver of two rows of the same moment', async () => {
    const [state] = await folded(
      row('1', '2026-01-05T10:00:00Z'),
      row('2', '2026-01-05T10:00:00Z'),
      row('5', '2026-01-05T10:00:00Z'),
    );
    expect(state).to.include({ status: 'failed', errorCode: '0x80070002' });
  });

  it('does not count when it belongs to nobody of the scope', async () => {
    expect(await folded(row('1', '2026-01-05T10:00:00Z', 'other'))).to.deep.equal([
      { deviceId: 'd1', status: 'unknown' },
    ]);
  });

  it('may leave out when it was', async () => {
    expect(await folded(row('1', ''))).to.deep.equal([{ deviceId: 'd1', status: 'installed', version: '2.0' }]);
  });

  it('that is not enrolled is unknown under its Entra id', async () => {
    expect(await collected(foldStates(each([]), new Set(['entra-9']), new Map()))).to.deep.equal([
      { deviceId: 'entra-9', status: 'unknown' },
    ]);
  });

  const folded = (...rows: ReportRow[]) => collected(foldStates(each(rows), new Set(['e1']), new Map([['e1', 'd1']])));
});

describe('the CSV of a report', () => {
  it('may quote commas, quotes and line breaks, and begin with a byte order mark', async () => {
    const zip = await zipped('\uFEFFDeviceId,UserName\r\nD1,"Doe, ""J""\r\nsecond line"\r\nD2,\r\n\r\nD3');
    expect(await rows(zip)).to.deep.equal([
      { DeviceId: 'D1', UserName: 'Doe, "J"\r\nsecond line' },
      { DeviceId: 'D2', UserName: '' },
      { DeviceId: '', UserName: '' },
      { DeviceId: 'D3', UserName: '' },
    ]);
  });

  it('may be empty', async () => expect(await rows(await zipped('DeviceId'))).to.deep.equal([]));

  it('must be in a zip that has it', async () => {
    await refused(rows(Buffer.from('not a zip')), 'PLANE_ANSWER_INVALID');
    await refused(rows(await zipped()), 'PLANE_ANSWER_INVALID');
  });

  async function rows(zip: Uint8Array): Promise<ReportRow[]> {
    const all: ReportRow[] = [];
    for await (const one of rowsOf(zip)) all.push(one);
    return all;
  }
});

describe('the size of a scope', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ pageSize: 3 })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('of one group is asked as a number', async () => {
    expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(5);
    expect(world.simulator.requests.filter(({ path }) => path.endsWith('graph.device'))).to.have.length(0);
  });

  it('of several groups counts each device once', async () => {
    expect(await sizeOf([LAB, CANARY, KIOSKS])).to.equal(15);
  });

  it('is less by what is excluded', async () => {
    expect(await sizeOf([LAB, CANARY], [KIOSKS])).to.equal(14);
  });

  it('is counted by hand where the number is none', async () => {
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: 'many', match: { path: /\$count$/ } });
    expect(await sizeOf([LAB])).to.equal(5);
  });

  const sizeOf = (include: string[], exclude?: string[]) =>
    world.plane.countScope(world.ctx, { order: newer({ scope: { include, ...(exclude && { exclude }) } }) });
});

describe('what the plane lists', () => {
  it('all devices that it manages', async () => {
    const world = await givenWorld();
    const devices = await collected(world.plane.syncInventory(world.ctx));
    expect(devices).to.have.length(15);
    expect(devices[0]).to.include({ deviceId: 'lab-0', platform: 'windows', osVersion: '10.0.26100.1' });
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('all assignments of apps with our mark, and of no others', async () => {
    const world = await givenWorld({ pageSize: 1 });
    const other = newer({ package: { ...newer().package, name: 'Other Tool' }, scope: { include: [CANARY] } });
    await deploy(world, newer());
    await deploy(world, other);
    const listed = await collected(world.plane.listAssignments(world.ctx));
    expect(listed.map(({ packageName, target, version }) => `${packageName} ${version} ${target}`)).to.have.members([
      `Example Tool 2.0.0 ${LAB}`,
      `Other Tool 2.0.0 ${CANARY}`,
    ]);
    for (const app of world.simulator.state.apps.values()) app.fields.notes = 'somebody took it out';
    expect(await collected(world.plane.listAssignments(world.ctx))).to.deep.equal([]);
    await world.stop();
  });
});

async function deploy({ plane, ctx }: World, order: Order) {
  const journal = memoryJournal({ now: () => ctx.now() });
  await plane.publishPackage(ctx, { order, journal });
  await plane.createAssignment(ctx, { order, journal });
}

const statesOf = ({ plane, ctx }: World, order: Order): Promise<DeviceState[]> =>
  collected(plane.deviceStates(ctx, { order }));
const statusesOf = async (world: World, order: Order) => (await statesOf(world, order)).map(({ status }) => status);
const idsOf = async (world: World, order: Order) => (await statesOf(world, order)).map(({ deviceId }) => deviceId);

async function refused(promise: Promise<unknown>, code: string): Promise<EucoraError> {
  const cause = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(cause).to.have.property('code', code);
  return cause as EucoraError;
}

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

async function zipped(csv?: string): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  if (csv !== undefined) zip.addBuffer(Buffer.from(csv), 'report.csv');
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

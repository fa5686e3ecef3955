import { expect } from 'chai';
import { isEucoraError, type DeviceState } from '@eucora/sdk';
import { eventually, type Fault } from '@eucora/sdk/testing';
import type { IntuneConfig } from '../src/config.js';
import { markOfTarget } from '../src/notes.js';
import { collected, givenWorld, LAB, newer, older, type World } from './given.js';
import { appOf, deploy, groupsOf, journalOf } from './steps.js';

const DAY = 86_400_000;

/** What takes the older version's place on a group: each of these is a request that may go wrong. */
const WRITES = [
  'creating the app',
  'creating the content version',
  'creating the file',
  'uploading a block',
  'listing the blocks',
  'committing the file',
  'pointing the app to its content',
  'taking the older version off',
  'noting the mark',
  'assigning',
];

describe('success that did nothing', () => {
  let world: World;
  beforeEach(async () => (world = await givenOlder()));
  afterEach(() => world.stop());

  for (const [turn, write] of WRITES.entries()) {
    it(`${write}: is found out, and done`, async () => {
      world.simulator.faults.inject({ kind: 'wrongSuccess', match: { writes: true }, skip: turn });
      await takeOver(world);
      expectTakenOver(world);
    });
  }

  it('these are all the writes there are', async () => {
    const before = world.simulator.writes;
    await takeOver(world);
    expect(world.simulator.writes - before).to.equal(WRITES.length);
  });
});

describe('an answer that never comes', () => {
  let world: World;
  beforeEach(async () => (world = await givenOlder({ requestTimeoutMs: 500 })));
  afterEach(() => world.stop());

  const asked: Record<string, Fault['match']> = {
    'for the list of apps': { method: 'GET', path: /mobileApps$/ },
    'for a new app': { method: 'POST', path: /mobileApps$/ },
    'for a block': { method: 'PUT' },
    'for an assignment': { method: 'POST', path: /assign$/ },
    'for a token': { path: /token$/ },
  };
  for (const [what, match] of Object.entries(asked)) {
    it(`${what} is given up in its time, and the work goes on`, async function () {
      this.timeout(0);
      world.simulator.revokeTokens();
      world.simulator.faults.inject({ kind: 'hang', match: match! });
      await takeOver(world);
      expectTakenOver(world);
      expect(world.simulator.requests.filter(({ fault }) => fault === 'hang')).to.have.length(1);
    });
  }
});

describe('reads that are behind', () => {
  let world: World;
  beforeEach(async () => (world = await givenOlder()));
  afterEach(() => world.stop());

  for (const skip of [0, 3, 6, 9, 12, 15, 18, 21]) {
    it(`three of them, after ${skip} that were not, make nothing twice and lose nothing`, async () => {
      world.simulator.faults.staleRead({ skip, times: 3 });
      await takeOver(world);
      expect(world.simulator.faults.waiting, 'the fault was met').to.equal(0);
      expectTakenOver(world);
    });
  }
});

describe('what goes wrong while device states are read', () => {
  const READS: Record<string, RegExp> = {
    'the members of a group': /transitiveMembers/,
    'a batch': /batch$/,
    'the order of a report': /exportJobs$/,
    'the look at a report': /exportJobs\/.+/,
    'the report itself': /^\/reports\//,
  };
  const FAULTS: Record<string, Fault> = {
    'a page of HTML': { kind: 'html' },
    'an empty success': { kind: 'wrongSuccess' },
    'half an answer': { kind: 'cutJson' },
    'a cut connection': { kind: 'drop' },
    '429 without Retry-After': { kind: 'throttle' },
    '503': { kind: 'unavailable' },
  };
  let world: World;
  let truth: readonly DeviceState[];
  before(async () => {
    world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(2 * DAY);
    truth = await statesOf(world);
  });
  after(() => world.stop());

  for (const [read, path] of Object.entries(READS)) {
    for (const [name, fault] of Object.entries(FAULTS)) {
      it(`${name} in the place of ${read} passes, and never makes a state up`, async () => {
        world.simulator.faults.inject({ ...fault, match: { path } });
        expect(await statesOf(world).catch(passing)).to.deep.equal(truth);
        expect(world.simulator.faults.waiting, 'the fault was met').to.equal(0);
      });
    }
  }

  /** Thrown as something that passes; then the next look has the truth. */
  const passing = (cause: unknown) => {
    expect(isEucoraError(cause) && cause.errorClass, String(cause)).to.equal('transient');
    return statesOf(world);
  };
});

async function givenOlder(settings: Partial<IntuneConfig> = {}) {
  const world = await givenWorld({ settings });
  await deploy(world, older());
  return world;
}

/** As the engine does it: again and again with one journal, while the reasons pass. */
async function takeOver(world: World) {
  const journal = journalOf(world);
  await eventually(
    () => world.plane.remediate(world.ctx, { order: newer(), journal }),
    (ms) => world.clock.advance(ms),
  );
}

function expectTakenOver(world: World) {
  expect(world.simulator.state.apps.size, 'apps').to.equal(2);
  expect(groupsOf(appOf(world, '1.0.0'))).to.deep.equal([]);
  const app = appOf(world, '2.0.0');
  expect(groupsOf(app)).to.deep.equal([LAB]);
  expect(app.setupSha256).to.equal(newer().package.artifact.sha256);
  expect(markOfTarget(String(app.fields.notes), LAB)?.intentId).to.equal(newer().intentId);
  expect(String(app.fields.notes)).to.match(/\] on group-lab$/m);
  expect(world.simulator.violations).to.deep.equal([]);
}

const statesOf = ({ plane, ctx }: World) => collected(plane.deviceStates(ctx, { order: newer() }));

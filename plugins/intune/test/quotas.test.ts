import { expect } from 'chai';
import type { RecordedRequest } from '@eucora/sdk/testing';
import { givenWorld, newer, type World } from './given.js';
import { addApp, assignTo, notesOf, publish } from './steps.js';

const WINDOW_MS = 20_000;
const GROUPS = Array.from({ length: 60 }, (_, n) => `group-${n}`);

/** Nothing but the limits takes time here, so that whatever waits waits for them. */
const NO_DELAYS = { address: 0, commit: 0, publish: 0, report: 0 };

describe("Microsoft's limits", () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld({ groups: GROUPS, delays: NO_DELAYS });
    await publish(world, newer());
  });
  afterEach(async () => {
    await world.stop();
    expect(
      asked(/./)
        .filter(({ status }) => status === 429)
        .map(({ method, path }) => `${method} ${path}`),
      'throttled',
    ).to.deep.equal([]);
  });

  it('are kept while sixty groups are assigned, which is more writes than a window has', async () => {
    const [began, before] = [now(), world.simulator.writes];
    await assignTo(world, newer({ scope: { include: GROUPS } }));
    expect(world.simulator.writes - before).to.equal(2 * GROUPS.length);
    expect(now() - began, 'it waited for the next window').to.be.within(WINDOW_MS, 2 * WINDOW_MS);
  });

  it('are kept while the plane is read again and again', async () => {
    const began = now();
    for (let n = 0; n < 350; n++) await world.plane.queryState(world.ctx, { order: newer() });
    expect(asked(/deviceAppManagement/)).to.have.length.greaterThan(1_000);
    expect(now() - began).to.be.within(WINDOW_MS, 2 * WINDOW_MS);
  });

  it('are kept in batches, where twenty requests look like one', async () => {
    for (let n = 0; n < 60; n++) await addApp(world, { notes: notesOf(`0.${n}.0`), published: true });
    const began = now();
    for (let n = 0; n < 20; n++) await world.plane.queryState(world.ctx, { order: newer() });
    expect(asked(/assignments$/)).to.have.length.greaterThan(1_000);
    expect(asked(/batch$/)).to.have.length.below(100);
    expect(now() - began).to.be.within(WINDOW_MS, 2 * WINDOW_MS);
  });

  const now = () => world.clock.now().getTime();
  const asked = (path: RegExp): readonly RecordedRequest[] =>
    world.simulator.requests.filter((one) => path.test(one.path));
});

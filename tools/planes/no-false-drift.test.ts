import { expect } from 'chai';
import { givenIntent, hubOver, PLANES, settled } from './worlds.js';

const RECONCILES = 1_000;
const MINUTE = 60_000;

describe('a plane on which nothing changes', function () {
  this.timeout(0);

  for (const kit of PLANES) {
    it(`has no drift in ${RECONCILES} reconciles, and no limit is reached: ${kit.id}`, async () => {
      const world = await kit.givenWorld();
      try {
        const { clock, simulator } = world;
        const hub = hubOver({ [kit.id]: world }, clock);
        const intent = await givenIntent(hub, world, kit.newer());
        await settled(hub, clock, intent, 'settled');
        const writes = simulator.writes;

        for (let turn = 0; turn < RECONCILES; turn++) {
          const { drift, unreachable, orders } = await hub.reconcile({}, 'operator');
          expect({ drift, unreachable, orders }, `reconcile ${turn}`).to.deep.equal({
            drift: [],
            unreachable: [],
            orders: 1,
          });
          await clock.advance(15 * MINUTE);
        }
        expect(simulator.writes).to.equal(writes);
        expect(simulator.requests.filter(({ status }) => status === 429)).to.deep.equal([]);
      } finally {
        await world.stop();
      }
    });
  }
});

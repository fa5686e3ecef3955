import { expect } from 'chai';
import { describePlane } from '@eucora/sdk/testing';
import { latest, put } from '../simulator/index.js';
import { givenWorld, groupsOf, LAB, newer, older, packages, policies, type World } from './given.js';

const broken: string[] = [];

describePlane('Jamf Pro', {
  refusesBeforeConnect: true,
  async start() {
    const world = await givenWorld({ connect: false });
    const { simulator, clock, ctx, plane } = world;
    return {
      plane,
      ctx,
      order: newer(),
      olderOrder: older(),
      held: {
        packages: async () => packages(world).length,
        assignments: async () => aimedAtLab(world),
        writes: async () => simulator.writes,
      },
      fault: simulator.faults,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const { id } of latest(simulator.state.policies)) {
          put(simulator.state.policies, id, undefined, clock.now().getTime(), 'node-a');
        }
      },
      async stop() {
        broken.push(...simulator.violations);
        await world.stop();
      },
    };
  },
});

describe('the traffic of the conformance suite', () => {
  it('breaks no rule of the contract', () => {
    expect(broken).to.deep.equal([]);
  });
});

/** Policies that are switched on and aim at the lab. */
const aimedAtLab = (world: World) =>
  policies(world).filter((policy) => policy.general.enabled === 'true' && groupsOf(world, policy).includes(LAB)).length;

import { expect } from 'chai';
import { describePlane } from '@eucora/sdk/testing';
import { packageKey } from '@eucora/sdk';
import { readPackageMark } from '../src/notes.js';
import type { IntuneTenant } from '../simulator/index.js';
import { givenWorld, LAB, newer, older } from './given.js';

const broken: string[] = [];

describePlane('Intune', {
  refusesBeforeConnect: true,
  async start() {
    const world = await givenWorld({ connect: false });
    const { simulator, clock, ctx, plane } = world;
    const order = newer();
    return {
      plane,
      ctx,
      order,
      olderOrder: older(),
      held: {
        packages: async () => ours(simulator.state, packageKey(order.package)).length,
        assignments: async () =>
          ours(simulator.state, packageKey(order.package)).flatMap(({ assignments }) =>
            assignments.filter(({ target }) => target.groupId === LAB),
          ).length,
        writes: async () => simulator.writes,
      },
      fault: simulator.faults,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const app of simulator.state.apps.values()) app.assignments = [];
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

/** Apps of any version, found as a person would: by what their notes say they are. */
function ours(tenant: IntuneTenant, key: string) {
  const [name] = key.split('@');
  return [...tenant.apps.values()].filter((app) => readPackageMark(String(app.fields.notes))?.name === name);
}

import { expect } from 'chai';
import { describePlane } from '@eucora/sdk/testing';
import { readPackageMark } from '../src/marks.js';
import type { SccmSite } from '../simulator/index.js';
import { givenWorld, LAB, newer, older } from './given.js';

const broken: string[] = [];

describePlane('SCCM', {
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
        packages: async () => ours(simulator.state, order.package.name).length,
        assignments: async () => {
          const models = new Set(ours(simulator.state, order.package.name).map(({ modelId }) => modelId));
          return [...simulator.state.assignments.values()].filter(
            ({ fields }) => fields.TargetCollectionID === LAB && models.has(fields.AppModelID as number),
          ).length;
        },
        writes: async () => simulator.writes,
      },
      fault: simulator.faults,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        simulator.state.assignments.clear();
      },
      async stop() {
        broken.push(...simulator.violations);
        await world.stop();
      },
    };
  },
});

describe('the traffic of the conformance suite', () => {
  it('breaks no rule of the contracts', () => {
    expect(broken).to.deep.equal([]);
  });
});

/** Applications of any version, found as a person would: by what their comments say they are. */
function ours(site: SccmSite, name: string) {
  return [...site.applications.values()].filter(({ comment }) => readPackageMark(comment)?.name === name);
}

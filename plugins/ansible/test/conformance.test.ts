import { expect } from 'chai';
import { describePlane } from '@eucora/sdk/testing';
import { assignmentsIn, givenWorld, LAB, MINUTE, newer, older, packagesIn, type WorldOptions } from './given.js';

const broken: string[] = [];

/** With a repository, and with hosts that fetch for themselves behind the gateway's prefix and without labels. */
const SHAPES: Readonly<Record<string, WorldOptions>> = {
  'Ansible AWX with a repository': { settings: { pollMs: MINUTE } },
  'Automation Controller behind its gateway, without a repository': {
    apiPrefix: '/api/controller/v2',
    settings: { repositoryTemplate: undefined, labels: false },
  },
};

for (const [name, options] of Object.entries(SHAPES)) {
  describePlane(name, {
    refusesBeforeConnect: true,
    async start() {
      const world = await givenWorld({ ...options, connect: false });
      const { simulator, clock, ctx, plane } = world;
      return {
        plane,
        ctx,
        order: newer(),
        olderOrder: older(),
        held: {
          packages: async () => packagesIn(world).length,
          assignments: async () => assignmentsIn(world).filter(({ target }) => target === LAB).length,
          writes: async () => simulator.writes,
        },
        fault: simulator.faults,
        advance: (ms) => clock.advance(ms),
        async removeAssignment() {
          for (const { group } of assignmentsIn(world)) simulator.state.groups.delete(group.id);
        },
        async stop() {
          broken.push(...simulator.violations);
          await world.stop();
        },
      };
    },
  });
}

describe('the traffic of the conformance suite', () => {
  it('breaks no rule of the contract', () => {
    expect(broken).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { describePlane } from '@eucora/sdk/testing';
import { readPackageNote } from '../src/description.js';
import { givenWorld, LAB, newer, older, type WorldOptions } from './given.js';

const broken: string[] = [];

describePlane('Landscape 26.04', underTest({}));
describePlane(
  'Landscape 26.04 with signed requests and a published index',
  underTest({
    settings: { legacyAuth: 'signature' },
    repository: ({ indexUrl }) => ({ indexes: { lab: indexUrl('lab') } }),
  }),
);

describe('the traffic of the conformance suite', () => {
  it('breaks no rule of the contract', () => {
    expect(broken).to.deep.equal([]);
  });
});

function underTest(options: WorldOptions) {
  return {
    refusesBeforeConnect: true,
    async start() {
      const world = await givenWorld({ connect: false, ...options });
      const { simulator, clock, ctx, plane } = world;
      const ours = () =>
        [...simulator.state.profiles.values()].filter(
          ({ description }) => readPackageNote(description)?.name === 'Example Tool',
        );
      return {
        plane,
        ctx,
        order: newer(),
        olderOrder: older(),
        held: {
          packages: async () => simulator.state.locals.get('eucora')?.packages.length ?? 0,
          assignments: async () => ours().flatMap(({ tags }) => tags.filter((tag) => tag === LAB)).length,
          writes: async () => simulator.writes,
        },
        fault: simulator.faults,
        advance: (ms: number) => clock.advance(ms),
        async removeAssignment() {
          for (const { name } of ours()) simulator.removeProfile(name);
        },
        async stop() {
          broken.push(...simulator.violations);
          await world.stop();
        },
      };
    },
  };
}

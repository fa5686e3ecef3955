import { describePlanFidelity } from '@eucora/sdk/testing';
import { assignmentsIn, CANARY, FLEET, givenWorld, KIOSKS, LAB, newer, older } from './given.js';

/** Some hosts fail, so that what is left behind is tried again in some of the scenarios. */
describePlanFidelity('Ansible AWX', {
  purposes: ['required', 'uninstall', 'available'],
  async start() {
    const world = await givenWorld({
      connect: false,
      checked: false,
      fleet: { ...FLEET, failureRate: 0.1, installMs: 20_000 },
      settings: { pollMs: 60_000, forwardEvents: 'none' },
    });
    const { simulator, clock, ctx, plane } = world;
    return {
      plane,
      ctx,
      order: newer(),
      olderOrder: older(),
      targets: [LAB, CANARY, KIOSKS],
      requests: simulator.requests,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const { group } of assignmentsIn(world)) simulator.state.groups.delete(group.id);
      },
      stop: () => world.stop(),
    };
  },
});

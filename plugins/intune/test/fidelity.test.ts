import { describePlanFidelity } from '@eucora/sdk/testing';
import { CANARY, givenWorld, KIOSKS, LAB, newer, older } from './given.js';

describePlanFidelity('Intune', {
  purposes: ['required', 'available', 'uninstall'],
  async start() {
    const world = await givenWorld({ connect: false });
    const { plane, ctx, clock, simulator, stop } = world;
    return {
      plane,
      ctx,
      order: newer(),
      olderOrder: older(),
      targets: [LAB, CANARY, KIOSKS],
      requests: simulator.requests,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const app of simulator.state.apps.values()) app.assignments = [];
      },
      stop,
    };
  },
});

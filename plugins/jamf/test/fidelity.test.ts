import { describePlanFidelity } from '@eucora/sdk/testing';
import { latest, put } from '../simulator/index.js';
import { CANARY, givenWorld, KIOSKS, LAB, newer, older } from './given.js';

describePlanFidelity('Jamf Pro', {
  purposes: ['required', 'available', 'uninstall'],
  async start() {
    const { plane, ctx, clock, simulator, stop } = await givenWorld({ connect: false });
    return {
      plane,
      ctx,
      order: newer(),
      olderOrder: older(),
      targets: [LAB, CANARY, KIOSKS],
      requests: simulator.requests,
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const { id } of latest(simulator.state.policies)) {
          put(simulator.state.policies, id, undefined, clock.now().getTime(), 'node-a');
        }
      },
      stop,
    };
  },
});

import { describePlanFidelity, type PlaneWithTraffic } from '@eucora/sdk/testing';
import { CANARY, givenWorld, KIOSKS, LAB, newer, older } from './given.js';

/** What the site takes its time for is no matter of plans. */
const QUICK = { contentPackage: 0, statusRow: 0, distribution: 5_000 };

const purposes = ['required', 'available', 'uninstall'] as const;

describePlanFidelity('SCCM', { purposes, start: () => givenPlane([LAB, CANARY, KIOSKS]) });

describePlanFidelity('SCCM with sites and single distribution points', {
  purposes,
  scenarios: 20,
  start: () =>
    givenPlane([LAB, `${LAB}@XYZ`, `${CANARY}@XYZ`], { sites: ['XYZ'], distributionPoints: ['dp09.contoso.example'] }),
});

async function givenPlane(targets: readonly string[], settings: object = {}): Promise<PlaneWithTraffic> {
  const { plane, ctx, clock, simulator, stop } = await givenWorld({ connect: false, settings, delays: QUICK });
  return {
    plane,
    ctx,
    order: newer(),
    olderOrder: older(),
    targets,
    requests: simulator.requests,
    advance: (ms) => clock.advance(ms),
    async removeAssignment() {
      simulator.state.assignments.clear();
    },
    stop,
  };
}

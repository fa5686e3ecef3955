import {
  givenOrder,
  givenPackage,
  testContext,
  virtualClock,
  type FidelityOptions,
  type StartedPlane,
} from '@eucora/sdk/testing';
import { shelfPlane, type Flaws } from './plane.js';
import { startShelf } from './simulator.js';

/** The shelf, ready for the suites. @param lagMs how long it hides what it accepted */
export const givenShelf = (lagMs: number, flaws: Flaws = {}) => ({
  refusesBeforeConnect: true,
  purposes: ['required', 'available', 'uninstall'] satisfies FidelityOptions['purposes'],
  async start(): Promise<StartedPlane & Awaited<ReturnType<FidelityOptions['start']>>> {
    const clock = virtualClock({ autoAdvance: true });
    const shelf = await startShelf(clock, lagMs);
    const order = givenOrder({ plane: 'shelf' });
    return {
      plane: shelfPlane(shelf.url, lagMs, flaws),
      ctx: testContext({ clock }),
      order,
      olderOrder: givenOrder({
        plane: 'shelf',
        package: givenPackage({ version: '1.0.0' }),
        intentId: 'intent-0',
        correlationId: '3f333df6-90a4-4fda-8dd3-9485d27cee36',
      }),
      held: {
        packages: async () => shelf.state.items.size,
        assignments: async () => shelf.state.loans.size,
        writes: async () => shelf.writes,
      },
      fault: shelf.faults,
      targets: ['group-lab', 'group-canary', 'group-pilot'],
      requests: shelf.requests,
      advance: (ms) => clock.advance(ms),
      removeAssignment: async () => shelf.state.loans.clear(),
      stop: () => shelf.close(),
    };
  },
});

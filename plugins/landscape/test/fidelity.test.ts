import { describePlanFidelity, type RecordedRequest } from '@eucora/sdk/testing';
import { ANNEX, CANARY, givenPockets, givenWorld, LAB, newer, older, type World } from './given.js';

describePlanFidelity('Landscape', { ...situations(), start: async () => started(await givenWorld()) });
describePlanFidelity('Landscape 25.10 with its pockets', {
  ...situations(),
  scenarios: 40,
  start: async () => started(await givenPockets({ lab: ['1.0.0-1', '2.0.0-1'] })),
});

function situations() {
  return { purposes: ['required', 'uninstall'] as const, describe: announced };
}

function started({ simulator, clock, plane, ctx, stop }: World) {
  return {
    plane,
    ctx,
    order: newer(),
    olderOrder: older(),
    targets: [LAB, CANARY, ANNEX],
    requests: simulator.requests,
    advance: (ms: number) => clock.advance(ms),
    async removeAssignment() {
      for (const { name } of [...simulator.state.profiles.values()]) simulator.removeProfile(name);
    },
    stop,
  };
}

/** All legacy actions have one address; their name tells them apart. */
function announced({ method, path, body }: RecordedRequest): string {
  const action = path === '/api/' ? (body as { action?: string } | undefined)?.action : undefined;
  return action === undefined ? `${method} ${path}` : `${method} ${path}?action=${action}`;
}

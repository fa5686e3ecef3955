import { describePlane, givenOrder, givenPackage, testContext, virtualClock, type FaultAim } from '@eucora/sdk/testing';
import { createTrouble, sandbox, type OrderedTrouble, type Trouble } from '@eucora/plugin-sandbox';

describePlane('the sandbox', {
  refusesBeforeConnect: true,
  async start() {
    const clock = virtualClock({ autoAdvance: true });
    const ctx = testContext({ clock });
    const { trouble, writes } = countingTrouble();
    const plane = sandbox({}, { id: 'sandbox', trouble });

    const order = givenOrder({ plane: 'sandbox' });
    const olderOrder = givenOrder({
      plane: 'sandbox',
      intentId: 'intent-0',
      correlationId: '0b5d6c1e-8a44-4c0e-9a3d-0d7f3b6f2a10',
      package: givenPackage({ version: '1.0.0' }),
    });
    const held = async (kind: string) => (await plane.list(ctx, { kind })).items;

    return {
      plane,
      ctx,
      order,
      olderOrder,
      held: {
        packages: async () => (await held('packages')).length,
        assignments: async () => (await held('assignments')).length,
        writes: async () => writes(),
      },
      fault: {
        acceptThenDropConnection: (aim) =>
          trouble.order({ code: 'PLANE_UNREACHABLE', on: 'write', afterwards: true, ...aimed(aim) }),
        throttle: (aim) =>
          trouble.order({
            code: 'PLANE_THROTTLED',
            retryAfterMs: 1_000 * (aim?.retryAfterSeconds ?? 1),
            ...aimed(aim),
          }),
        unavailable: (aim) => trouble.order({ code: 'PLANE_ERROR', ...aimed(aim) }),
        html: (aim) => trouble.order({ code: 'PLANE_ANSWER_INVALID', ...aimed(aim) }),
        cutJson: (aim) => trouble.order({ code: 'PLANE_ANSWER_INVALID', afterwards: true, ...aimed(aim) }),
        drop: (aim) => trouble.order({ code: 'PLANE_UNREACHABLE', ...aimed(aim) }),
        clear: () => trouble.clear(),
      },
      advance: (ms) => clock.advance(ms),
      async removeAssignment() {
        for (const { id } of await held('assignments')) await plane.delete(ctx, { kind: 'assignments', id });
      },
      stop: () => plane.disconnect(ctx),
    };
  },
});

function aimed({ match, times, skip }: FaultAim = {}): Pick<OrderedTrouble, 'on' | 'times' | 'skip'> {
  return {
    ...(match?.writes === undefined ? {} : { on: match.writes ? 'write' : 'read' }),
    ...(times === undefined ? {} : { times }),
    ...(skip === undefined ? {} : { skip }),
  };
}

/** Trouble that also counts the writes that were done. */
function countingTrouble(): { readonly trouble: Trouble; readonly writes: () => number } {
  const trouble = createTrouble();
  let writes = 0;
  return {
    writes: () => writes,
    trouble: {
      ...trouble,
      meet(request) {
        const met = trouble.meet(request);
        if (request === 'write' && (met?.afterwards ?? true)) writes++;
        return met;
      },
    },
  };
}

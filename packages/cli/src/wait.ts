import { path } from './client.js';
import type { Session } from './command.js';
import { askPatiently } from './patience.js';
import { hasEnded, type RolloutView } from './wire.js';

const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;
const SLOWER = 1.5;

/** A publish and its rollback share their correlation id; `latest` is the rollback where there is one. */
export type Which = RolloutView['kind'] | 'latest';

export interface Waited {
  /** As last seen. */
  readonly rollout: RolloutView;
  readonly interrupted: boolean;
}

/** Looks until every run of the rollout has ended or somebody presses Ctrl-C; the rollout itself goes on either way. */
export async function waitForEnd(session: Session, seen: RolloutView, which: Which): Promise<Waited> {
  const stop = new AbortController();
  const off = session.io.onInterrupt(() => stop.abort());
  const client = await session.client();
  let rollout = partOf(seen, which);
  try {
    for (let pause = FIRST_LOOK_MS; !hasEnded(rollout); pause = Math.min(pause * SLOWER, LONGEST_LOOK_MS)) {
      session.progress.say([headline(rollout), ...devices(rollout)].join(': '), detail(rollout));
      await session.io.sleep(pause, stop.signal);
      const request = { path: path`/api/runs/${rollout.correlation_id}/`, signal: stop.signal };
      const next = await askPatiently<RolloutView>(session, client, request);
      if (!next) return { rollout, interrupted: true };
      rollout = partOf(next, which);
    }
    return { rollout, interrupted: false };
  } finally {
    off();
    session.progress.stop();
  }
}

const partOf = (rollout: RolloutView, which: Which): RolloutView =>
  which === 'publish' ? rollout : (rollout.rollback ?? rollout);

const headline = ({ kind, ring, status }: RolloutView) =>
  `${kind} to ${ring}: ${status.toLowerCase().replace('_', ' ')}${status === 'AWAITING_APPROVAL' ? ' (eucora approvals list)' : ''}`;

/** How the devices stand, once they are counted; worth a line of its own also where nobody watches. */
function devices({ runs }: RolloutView): string[] {
  const counted = runs.flatMap(({ plane, compliance }) =>
    compliance ? [`${plane} ${compliance.installed} of ${compliance.targeted} devices`] : [],
  );
  return counted.length > 0 ? [counted.join(', ')] : [];
}

/** Where the runs are that have no devices to count yet. */
const detail = ({ runs }: RolloutView) =>
  runs
    .filter(({ compliance }) => !compliance)
    .map(({ plane, step, status }) => `${plane} ${step ?? status.toLowerCase()}`)
    .join(', ');

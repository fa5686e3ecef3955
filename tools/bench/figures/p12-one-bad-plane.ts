import { startContender } from '../contender.js';
import type { Figure, Part } from '../figure.js';
import { duel } from '../harness.js';
import { PLANES, type PlaneId } from '../planes/plane.js';

const WORDS = { throttle: 'answers 429 to everything', hang: 'answers nothing' } as const;

export const p12: Figure = {
  id: 'P12',
  name: 'one-bad-plane',
  parts: [...PLANES.map((plane) => besides(plane, 'throttle')), besides('intune', 'hang')],
};

/** Two hubs over five planes each; in one of them a plane is of no use. What counts are the runs on the other four. */
function besides(plane: PlaneId, fault: keyof typeof WORDS): Part {
  return duel({
    what: `runs a second on four planes while ${plane} ${WORDS[fault]}`,
    against: 'the same while it answers',
    goal: { must: '>=', value: 0.9, unit: 'x' },
    ground: async () => undefined,
    ours: async (_ground, _scope, nodeArgs) => startContender('four-planes', { besides: plane, fault }, nodeArgs),
    theirs: async () => startContender('four-planes', { besides: plane }),
  });
}

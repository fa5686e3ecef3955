import { table } from './text.js';
import type { IntentView } from './wire.js';

/** An intent with its rings, for a person. */
export async function intentText(intent: IntentView): Promise<string> {
  const { id, package_key, purpose, criticality, on_failure, requested_by, created_at, state, rollouts } = intent;
  const rows = intent.rings.map(({ ring, success_threshold, time_to_compliance_hours, size_limit, scopes }) => [
    ring,
    `${success_threshold} % in ${time_to_compliance_hours} h`,
    `at most ${size_limit}`,
    Object.entries(scopes)
      .map(
        ([plane, { include, exclude = [] }]) =>
          `${plane}: ${[...include, ...exclude.map((one) => `not ${one}`)].join(', ')}`,
      )
      .join('; '),
    rollouts?.[ring],
  ]);
  return [
    `intent ${id}${state ? `: ${state}` : ''}`,
    `${package_key}, ${purpose}, ${criticality} criticality, ${on_failure} on failure`,
    `requested by ${requested_by} at ${created_at}`,
    '',
    await table(['ring', 'threshold', 'devices', 'scopes', 'rollout'], rows),
  ].join('\n');
}

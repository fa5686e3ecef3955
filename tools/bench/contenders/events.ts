/** About 300 bytes, as an intent's events have. */
export const EVENT_DATA = {
  intent_id: 'b1946ac9-2f3c-4a1e-9a52-1f77d6f2a001',
  package: 'esbuild@0.25.11/windows',
  planes: ['intune', 'jamf'],
  rings: ['lab', 'canary', 'pilot'],
  reason: 'monthly update of the tool chain, ticket CHG-10023',
  requested_by: 'alice@example.org',
  limits: { threshold: 98, hours: 24, size: 100 },
} as const;

/** Events of one stream before its caller begins another, as a run has. */
export const EVENTS_A_STREAM = 10;

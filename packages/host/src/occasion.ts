import { randomUUID } from 'node:crypto';
import type { Artifacts, SecretProvider } from '@eucora/sdk';
import type { Clock } from '@eucora/engine';
import type { Logger } from 'pino';
import type { Occasion } from './connectors/lifecycle.js';

export interface OccasionParts {
  readonly tenantId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: SecretProvider;
  readonly artifacts: Artifacts;
}

/** What a plugin gets to see when the host itself calls it: to connect, to let go, to ask for a heartbeat. */
export const occasionFor =
  ({ tenantId, clock, log, secrets, artifacts }: OccasionParts): Occasion =>
  (connectorId, ms) => {
    const correlationId = randomUUID();
    const signal = AbortSignal.timeout(ms);
    const bound = log.child({ correlation_id: correlationId, connector_id: connectorId });
    return {
      correlationId,
      tenantId,
      actor: 'system',
      signal,
      readOnly: false,
      now: () => clock.now(),
      sleep: (wait) => clock.sleep(wait, signal),
      log: bound,
      secrets,
      artifacts,
      audit: (record) => bound.debug(record, 'asked the plane'),
    };
  };

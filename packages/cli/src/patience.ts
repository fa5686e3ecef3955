import { isEucoraError } from '@eucora/sdk';
import type { Client, Request } from './client.js';
import type { Session } from './command.js';

const ASK_AGAIN_MS = 5_000;
/** A host that restarts goes on where it was; one that stays away this many times in a row has gone. */
const TRIES = 60;

/** Asks until the host answers, over its restarts. @returns nothing when the signal ended it */
export async function askPatiently<Answer>(
  { io, progress }: Session,
  client: Client,
  request: Request & { readonly signal: AbortSignal },
): Promise<Answer | undefined> {
  for (let failures = 1; !request.signal.aborted; failures++) {
    try {
      return await client.request<Answer>(request);
    } catch (cause) {
      if (request.signal.aborted) break;
      if (failures >= TRIES || !isEucoraError(cause) || cause.errorClass !== 'transient') throw cause;
      progress.say(`${client.url.origin} does not answer; still waiting`);
      await io.sleep(ASK_AGAIN_MS, request.signal);
    }
  }
  return undefined;
}

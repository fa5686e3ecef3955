import { EucoraError, reasonOf } from '@eucora/sdk';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { allowInsecureRequests, discovery, None } from 'openid-client';
import type { OidcSettings } from '../config/host-config.js';
import { bucket } from '../http/bucket.js';

/** What the identity provider publishes about itself. */
export interface Provider {
  /**
   * Keys of the provider: those it published within ten minutes, so that one it withdrew is not believed for longer. A key
   * that is not among them makes us look again, within limits.
   */
  readonly keys: JWTVerifyGetKey;
  /** Whether its keys are at hand; asks for them where they are not. */
  health(): Promise<{ readonly healthy: boolean; readonly detail?: string }>;
}

const PATIENCE_MS = 5_000;
/** A provider that does not answer is not asked at every request. */
const AGAIN_MS = 2_000;
/** Tokens that name invented keys must not become a flood at the provider. */
const LOOK_AGAIN = { perSecond: 0.1, burst: 6 };

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** @param monotonic milliseconds, from anywhere */
export function identityProvider(
  { issuer }: Pick<OidcSettings, 'issuer'>,
  monotonic: () => number = () => performance.now(),
): Provider {
  let found: RemoteKeys | undefined;
  let looking: Promise<RemoteKeys> | undefined;
  let failed: { readonly at: number; readonly error: EucoraError } | undefined;
  const lookAgain = bucket(LOOK_AGAIN, monotonic);

  const look = async (): Promise<RemoteKeys> => {
    try {
      const keys = found ?? (await discover(issuer));
      await keys.reload();
      failed = undefined;
      return (found = keys);
    } catch (cause) {
      failed = { at: monotonic(), error: unavailable(issuer, cause) };
      throw failed.error;
    }
  };
  const fresh = async (): Promise<RemoteKeys> => {
    if (found?.fresh) return found;
    if (failed && monotonic() - failed.at < AGAIN_MS) throw failed.error;
    return (looking ??= look().finally(() => (looking = undefined)));
  };

  return {
    async keys(header, token) {
      const keys = await fresh();
      try {
        return await keys(header, token);
      } catch (cause) {
        if (!(cause instanceof errors.JWKSNoMatchingKey) || !lookAgain.take().taken) throw cause;
      }
      await keys.reload().catch((cause: unknown) => {
        throw unavailable(issuer, cause);
      });
      return keys(header, token);
    },
    health: () =>
      fresh().then(
        () => ({ healthy: true }),
        (cause: unknown) => ({ healthy: false, detail: reasonOf(cause) }),
      ),
  };
}

/** By openid-client, which insists that the document is of this issuer. */
async function discover(issuer: string): Promise<RemoteKeys> {
  const server = new URL(issuer);
  const configuration = await discovery(server, 'eucora-host', undefined, None(), {
    timeout: PATIENCE_MS / 1_000,
    execute: server.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
  const { jwks_uri } = configuration.serverMetadata();
  if (jwks_uri === undefined) throw new Error('it publishes no keys (jwks_uri)');
  return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: PATIENCE_MS, cooldownDuration: Infinity });
}

const unavailable = (issuer: string, cause: unknown) =>
  new EucoraError('IDENTITY_UNAVAILABLE', {
    what: `the identity provider ${issuer} cannot be asked: ${reasonOf(cause)}`,
    retryAfterMs: AGAIN_MS,
    cause,
  });

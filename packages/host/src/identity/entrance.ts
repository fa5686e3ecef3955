import type { IncomingMessage, ServerResponse } from 'node:http';
import { isEucoraError, type LadderRole } from '@eucora/sdk';
import type { EventStore } from '@eucora/engine';
import type { Logger } from 'pino';
import { RATE_LIMIT, type HostConfig } from '../config/host-config.js';
import type { LocalToken } from '../http/local-token.js';
import { rateLimits, type RateLimits } from '../http/rate-limits.js';
import { accessTokens, rememberingTokens } from './access-token.js';
import { adminActions, type Audited } from './admin-actions.js';
import { byLocalToken, byProvider, type Authenticate } from './authenticator.js';
import { authorize, permissionsOf, type Guarded } from './authorization.js';
import { denials, type Denials } from './denials.js';
import { ANYBODY, type Identity } from './identity.js';
import type { Provider } from './provider.js';
import { reasonFor } from './refusals.js';
import { trail } from './trail.js';

export interface Entrance {
  /**
   * Who asks, once it is clear that they may.
   *
   * @throws EucoraError `UNAUTHENTICATED`, `IDENTITY_UNAVAILABLE`, `FORBIDDEN`, `RATE_LIMITED`
   */
  admit(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<Identity>;
  readonly audited: Audited;
}

export interface Asked {
  readonly route: Guarded;
  readonly correlationId: string;
}

export interface EntranceParts {
  readonly config: Pick<HostConfig, 'oidc' | 'localToken' | 'rateLimit' | 'connectorRole'>;
  /** With OIDC: only where it is to work beside. */
  readonly token?: LocalToken;
  readonly provider?: Provider;
  readonly events: Pick<EventStore, 'append'>;
  readonly log: Pick<Logger, 'error'>;
  now(): Date;
}

/** Asked by what watches over this host, which must get its answer when everybody else asks too much. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

export function entranceOf(parts: EntranceParts): Entrance {
  const { config, events, log } = parts;
  const monotonic = () => performance.now();
  return {
    admit: admitting({
      authenticate: authenticatorOf(parts),
      limits: rateLimits(config.rateLimit ?? (config.oidc ? RATE_LIMIT : { perSecond: 0, burst: 1 }), monotonic),
      denied: denials(trail(events, 'access'), log, monotonic),
      least: config.connectorRole,
    }),
    audited: adminActions(trail(events, 'admin'), log),
  };
}

function authenticatorOf({ config: { oidc }, token, provider, now }: EntranceParts): Authenticate {
  if (oidc && provider) return byProvider(rememberingTokens(accessTokens(oidc, provider, now), now), token);
  if (token) return byLocalToken(token);
  throw new Error('a host needs a way to know who asks');
}

function admitting(parts: {
  authenticate: Authenticate;
  limits: RateLimits;
  denied: Denials;
  least: LadderRole | undefined;
}): Entrance['admit'] {
  const { authenticate, limits, denied, least } = parts;

  /** Failing counts against the address it comes from: there is nobody else to hold to account. */
  const known = async (request: IncomingMessage, response: ServerResponse, { route, correlationId }: Asked) => {
    try {
      return await authenticate(request);
    } catch (cause) {
      limits.take({ address: request.socket.remoteAddress ?? '' }, response);
      if (isEucoraError(cause) && cause.code === 'UNAUTHENTICATED')
        await denied.record({ method: route.method, path: route.path, reason: reasonFor(cause), correlationId });
      throw cause;
    }
  };

  return async (request, response, asked) => {
    const { route, correlationId } = asked;
    if (route.permission === 'anybody') {
      if (!PROBES.has(route.path)) limits.take({ address: request.socket.remoteAddress ?? '' }, response);
      return ANYBODY;
    }
    const identity = await known(request, response, asked);
    limits.take({ subject: identity.subject }, response);
    try {
      authorize(identity, route, least);
    } catch (cause) {
      const permission = permissionsOf(route.permission).join(' ');
      const { method, path } = route;
      await denied.record({ identity, method, path, permission, reason: 'forbidden', correlationId });
      throw cause;
    }
    return identity;
  };
}

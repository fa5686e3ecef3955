import { randomUUID } from 'node:crypto';
import { json, route, type Answer, type Clock, type Exchange, type SimulatorRequest } from '@eucora/sdk/testing';
import { refusal } from './answers.js';
import type { JamfState } from './state.js';

export interface ApiClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `accessTokenLifetimeSeconds` of the client; 60 unless somebody raised it. */
  readonly lifeSeconds: number;
  readonly clock: Clock;
}

/** Client credentials, and the check of the tokens that were given. */
export function tokenService({ clientId, clientSecret, lifeSeconds, clock }: ApiClient) {
  const live = new Map<string, number>();

  const issue = ({ form = new URLSearchParams() }: Exchange<JamfState>): Answer => {
    if (form.get('grant_type') !== 'client_credentials') return wrong('unsupported_grant_type');
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return wrong('invalid_client');
    const token = `simulated.${randomUUID()}`;
    live.set(token, clock.now().getTime() + lifeSeconds * 1000);
    // A token is good for all that is asked within its last second.
    return json(200, { access_token: token, scope: 'api-role:2', token_type: 'Bearer', expires_in: lifeSeconds - 1 });
  };

  return {
    routes: ['/api/oauth/token', '/api/v1/oauth/token'].map((path) =>
      route<JamfState>('POST', path, issue, { open: true, reads: true }),
    ),
    authenticate(request: SimulatorRequest): Answer | undefined {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      const until = token === undefined ? undefined : live.get(token);
      if (until !== undefined && clock.now().getTime() < until) return undefined;
      return refusal(request, 401, 'INVALID_TOKEN', 'Unauthorized');
    },
    /** As when the client was disabled for a moment: every token is refused from now on. */
    revokeTokens: () => live.clear(),
  };
}

/** RFC 6749's shape, not the Pro API's; always 400. */
const wrong = (error: string): Answer =>
  json(400, {
    error,
    error_description: 'OAuth 2.0 Parameter: client_id',
    error_uri: 'https://datatracker.ietf.org/doc/html/rfc6749#section-5.2',
  });

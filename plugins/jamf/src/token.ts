import { EucoraError, type Context } from '@eucora/sdk';
import { rememberToken, type PlaneHttp, type TokenSource } from '@eucora/sdk/http';
import type { JamfConfig } from './config.js';

export const TOKEN_URL = '/api/oauth/token';

interface TokenAnswer {
  readonly access_token: string;
  /** Seconds: what the API client is set to, 60 unless somebody raised it. */
  readonly expires_in: number;
}

/**
 * OAuth client credentials. One token is good for both APIs; there is none to refresh it with, so the next is asked for as the first
 * was (facts file, 2.2). The secret is read for each token, so that a rotated one is seen without a restart.
 *
 * @param http the client that the tokens are for; it is asked anonymously
 */
export const clientTokens = (config: JamfConfig, http: () => PlaneHttp): TokenSource =>
  rememberToken(async (ctx: Context) => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: config.clientId,
      client_secret: (await ctx.secrets.resolve(config.clientSecret)).trim(),
    });
    const { body } = await http().request<Partial<TokenAnswer>>(ctx, {
      method: 'POST',
      url: TOKEN_URL,
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      anonymous: true,
      readOnlySafe: true,
      replayable: true,
      bodyRequired: true,
    });
    if (typeof body.access_token !== 'string' || typeof body.expires_in !== 'number') {
      throw new EucoraError('PLANE_ANSWER_INVALID', { what: 'Jamf Pro answered with success and no token' });
    }
    return { token: body.access_token, expiresInMs: body.expires_in * 1000 };
  });

import { EucoraError, type Context } from '@eucora/sdk';
import { rememberToken, type PlaneHttp, type TokenSource } from '@eucora/sdk/http';
import type { LandscapeConfig } from './config.js';
import type { KeyPair } from './signature.js';

const MINUTE = 60_000;

interface LoginAnswer {
  readonly token?: unknown;
  readonly current_account?: unknown;
}

/** Read for each use, so that a rotated key is seen without a restart. */
export const keysOf = async (ctx: Context, config: LandscapeConfig): Promise<KeyPair> => ({
  accessKey: (await ctx.secrets.resolve(config.accessKey)).trim(),
  secretKey: (await ctx.secrets.resolve(config.secretKey)).trim(),
});

/** Log-in by access key (24.10 and later). There is no refresh: a new token is a new log-in (facts file, 3.2). */
export const accessKeyTokens = (config: LandscapeConfig, login: PlaneHttp): TokenSource =>
  rememberToken(async (ctx) => {
    const { accessKey, secretKey } = await keysOf(ctx, config);
    const { body } = await login.request<LoginAnswer>(ctx, {
      method: 'POST',
      url: '/api/v2/login/access-key',
      json: { access_key: accessKey, secret_key: secretKey, expiry_minutes: config.tokenMinutes },
      anonymous: true,
      readOnlySafe: true,
      replayable: true,
      bodyRequired: true,
    });
    if (typeof body.token !== 'string' || body.token === '') {
      throw new EucoraError('PLANE_ANSWER_INVALID', {
        what: 'Landscape answered the log-in with success and no token',
      });
    }
    if (config.account !== undefined && body.current_account !== config.account) throw wrongAccount(config, body);
    return { token: body.token, expiresInMs: config.tokenMinutes * MINUTE };
  });

/** A token is good for one account. */
const wrongAccount = ({ account }: LandscapeConfig, { current_account: current }: LoginAnswer) =>
  new EucoraError('CONFIG_INVALID', {
    what: `the access key logs in to the account "${String(current)}" of Landscape, and account says "${account}"`,
    remedy: 'Use a key pair that was made in that account, or correct account.',
  });

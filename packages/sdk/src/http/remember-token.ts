import type { Context } from '../context.js';
import type { TokenSource } from './plane-http.js';

export interface IssuedToken {
  readonly token: string;
  /** Milliseconds from now. */
  readonly expiresInMs: number;
}

/** A token is renewed this long before it ends, so that none ends on its way. */
const MARGIN_MS = 60_000;

/**
 * Remembers a token until a minute before it ends (or half its life, if that is shorter), and asks for one at a time: a hundred
 * requests that meet a refused token make one request for a new one.
 *
 * @param issue asks the token service; its requests must be `anonymous` and `readOnlySafe`
 */
export function rememberToken(issue: (ctx: Context) => Promise<IssuedToken>): TokenSource {
  let held: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(ctx: Context): Promise<string> {
    const { token, expiresInMs } = await issue(ctx);
    held = { token, until: ctx.now().getTime() + expiresInMs - Math.min(MARGIN_MS, expiresInMs / 2) };
    return token;
  }

  return {
    async token(ctx, { fresh, refused }) {
      const usable = held !== undefined && ctx.now().getTime() < held.until;
      const renewedMeanwhile = refused !== undefined && held?.token !== refused;
      if (held && usable && (!fresh || renewedMeanwhile)) return held.token;
      asking ??= ask(ctx).finally(() => (asking = undefined));
      return asking;
    },
  };
}

import { EucoraError } from '@eucora/sdk';
import type { TokenSignIn } from './config.js';
import type { Negotiator } from './negotiate.js';

/** Reads the token anew each time: whoever puts it there keeps it fresh. */
export const tokenNegotiator = ({ token: reference }: Pick<TokenSignIn, 'token'>): Negotiator => ({
  async proof(ctx) {
    const token = (await ctx.secrets.resolve(reference)).trim();
    if (/^[A-Za-z0-9+/=._~-]+$/.test(token)) return token;
    throw new EucoraError('PLANE_UNAUTHENTICATED', {
      what: `what ${reference} holds is no token for Negotiate`,
      remedy: 'It must hold the token alone: one word, without the name of the scheme.',
    });
  },
  async close() {},
});

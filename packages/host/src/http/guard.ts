import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { EucoraError } from '@eucora/sdk';
import { LOCAL_ADMIN, type LocalToken } from './local-token.js';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * A page on the web can make a browser resolve its own name to this machine and then speak to us as if it were us. The
 * name gives it away.
 *
 * @throws EucoraError `FORBIDDEN` (421)
 */
export function refuseOtherNames({ host }: IncomingHttpHeaders): void {
  if (host !== undefined && LOOPBACK.test(host)) return;
  throw new EucoraError('FORBIDDEN', {
    what: `the request is for ${host ?? 'no host'}, and this host is reached by loopback names only`,
    remedy: 'Use http://127.0.0.1 or http://localhost.',
    errorClass: 'permanent',
    statusCode: 421,
  });
}

/** The subject behind the bearer token. @throws EucoraError `UNAUTHENTICATED` */
export function authenticate({ authorization }: IncomingHttpHeaders, token: LocalToken): string {
  const presented = authorization?.startsWith('Bearer ') ? authorization.slice(7).trim() : undefined;
  if (presented && token.matches(presented)) return LOCAL_ADMIN;
  throw new EucoraError('UNAUTHENTICATED', {
    what: presented ? 'the token is not that of this host' : 'the request has no bearer token',
    remedy: `Send Authorization: Bearer with the content of the file "token" in the host's data folder.`,
  });
}

const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cache-Control', 'no-store'],
];

export function protect(response: ServerResponse): void {
  for (const [name, value] of HEADERS) response.setHeader(name, value);
}

import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { EucoraError } from '@eucora/sdk';
import type { HostConfig } from '../config/host-config.js';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const PORT = /:\d+$/;

/**
 * A page on the web can make a browser resolve its own name to this machine and then speak to us as if it were us. The
 * name gives it away.
 *
 * @returns a check that throws EucoraError `FORBIDDEN` (421)
 */
export function refusingOtherNames({ publicHosts = [] }: Pick<HostConfig, 'publicHosts'>) {
  const ours = new Set([...LOOPBACK, ...publicHosts]);
  return ({ host }: IncomingHttpHeaders): void => {
    if (host !== undefined && ours.has(host.replace(PORT, '').toLowerCase())) return;
    throw new EucoraError('FORBIDDEN', {
      what: `the request is for ${host ?? 'no host'}, and this host is reached by ${reachedBy(publicHosts)}`,
      remedy: publicHosts.length > 0 ? 'Use one of its names, or add this one to public_hosts.' : LOCALLY,
      errorClass: 'permanent',
      statusCode: 421,
    });
  };
}

const LOCALLY = 'Use http://127.0.0.1 or http://localhost.';

const reachedBy = (names: readonly string[]): string =>
  names.length > 0 ? `${names.join(', ')} and loopback names` : 'loopback names only';

const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'],
  ['Cache-Control', 'no-store'],
];

/** A year: what was once reached safely is not asked for in any other way. */
const ONLY_TLS = ['Strict-Transport-Security', 'max-age=31536000'] as const;

/** Headers of every answer. With a public address of `https` browsers are held to it. */
export function protection({ publicUrl }: Pick<HostConfig, 'publicUrl'>) {
  const headers = publicUrl?.startsWith('https:') ? [...HEADERS, ONLY_TLS] : HEADERS;
  return (response: ServerResponse): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}

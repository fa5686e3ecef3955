import type { IncomingMessage } from 'node:http';
import type { LocalToken } from '../http/local-token.js';
import type { Verify } from './access-token.js';
import { LOCAL, type Identity } from './identity.js';
import { refused } from './refusals.js';

/** Who is behind a request. @throws EucoraError `UNAUTHENTICATED`, `IDENTITY_UNAVAILABLE` */
export type Authenticate = (request: IncomingMessage) => Identity | Promise<Identity>;

const FILE = `Send Authorization: Bearer with the content of the file "token" in the host's data folder.`;
const LOGIN = 'eucora login gets a token; send it as Authorization: Bearer.';

/** Without single sign-on: whoever can read the file in the data folder. */
export const byLocalToken =
  (token: LocalToken): Authenticate =>
  (request) => {
    const presented = bearerOf(request);
    if (presented === undefined) throw refused('no_token', 'the request has no bearer token', FILE);
    if (token.matches(presented)) return LOCAL;
    throw refused('not_a_token', 'the token is not that of this host', FILE);
  };

/** @param breakGlass the local token, where it is to work beside the provider's: on this machine, and not through a proxy */
export const byProvider =
  (verify: Verify, breakGlass?: LocalToken): Authenticate =>
  (request) => {
    const presented = bearerOf(request);
    if (presented === undefined) throw refused('no_token', 'the request has no bearer token', LOGIN);
    if (breakGlass?.matches(presented) && isFromHere(request)) return LOCAL;
    return verify(presented);
  };

const bearerOf = ({ headers: { authorization } }: IncomingMessage): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** A proxy on this machine speaks for others. */
const OF_PROXIES = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

const isFromHere = ({ socket, headers }: IncomingMessage): boolean =>
  LOOPBACK.test(socket.remoteAddress ?? '') && OF_PROXIES.every((name) => !(name in headers));

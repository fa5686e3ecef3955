import { EucoraError } from '@eucora/sdk';
import { errors, type JWTPayload } from 'jose';
import type { OidcSettings } from '../config/host-config.js';
import { tokenType } from '../config/oidc-settings.js';

/** Why a credential was not believed, in classes: all that an event says of a request from nobody. */
export type RefusalReason =
  | 'no_token'
  | 'not_a_token'
  | 'algorithm'
  | 'key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'token_type'
  | 'subject';

const LOGIN = 'eucora login gets a fresh one.';
const CLOCKS = 'Set the clocks of this host and of the identity provider right (NTP).';

export const refused = (reason: RefusalReason, what: string, remedy = LOGIN): EucoraError =>
  new EucoraError('UNAUTHENTICATED', { what, remedy, details: { reason } });

export const reasonFor = ({ details }: EucoraError): string =>
  typeof details['reason'] === 'string' ? details['reason'] : 'not_a_token';

/** jose's complaint in our words. @returns undefined for a complaint that is not about the token */
export function refusalOf(cause: unknown, settings: OidcSettings, now: Date): EucoraError | undefined {
  if (cause instanceof errors.JWTExpired)
    return refused('expired', `the token expired ${since(cause.payload.exp, now)}`);
  if (cause instanceof errors.JWTClaimValidationFailed) return ofClaim(cause, settings, now);
  if (cause instanceof errors.JOSEAlgNotAllowed)
    return refused('algorithm', `the token is not signed as this host believes it (${settings.algorithms.join(', ')})`);
  if (cause instanceof errors.JWKSNoMatchingKey)
    return refused('key', `the token names a key that ${settings.issuer} does not publish`);
  if (cause instanceof errors.JWKSMultipleMatchingKeys)
    return refused('key', `the token names no key, and ${settings.issuer} publishes several`);
  if (cause instanceof errors.JWSSignatureVerificationFailed)
    return refused('signature', 'the signature of the token does not fit: somebody changed it, or made it up');
  if (
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JOSENotSupported
  )
    return refused('not_a_token', 'what was sent is no token of the identity provider');
  return undefined;
}

function ofClaim({ claim, payload, reason }: errors.JWTClaimValidationFailed, settings: OidcSettings, now: Date) {
  if (isIdToken(payload)) return idToken();
  switch (claim) {
    case 'iss':
      return refused('issuer', `the token is of ${quoted(payload.iss)}, and this host believes ${settings.issuer}`);
    case 'aud':
      return refused('audience', `the token is for ${quoted(payload.aud)}, and this host is ${settings.audience}`);
    case 'nbf':
      return tooEarly('valid', payload.nbf, settings, now);
    default:
      return refused(
        'not_a_token',
        `${claim} of the token is ${reason === 'missing' ? 'missing' : 'not what it must be'}`,
      );
  }
}

export const tooEarly = (what: 'valid' | 'issued', at: unknown, settings: OidcSettings, now: Date): EucoraError =>
  refused(
    'not_yet_valid',
    `the token is ${what} only ${Number(at) - seconds(now)} s from now; the clocks may differ by ${settings.clockToleranceSeconds} s`,
    CLOCKS,
  );

/** An ID token tells a program who sat before it; it is no permission to speak to a host. */
export const isIdToken = (payload: JWTPayload): boolean =>
  ['nonce', 'at_hash', 'c_hash'].some((claim) => claim in payload) ||
  String(payload['typ']).toLowerCase() === 'id' ||
  payload['token_use'] === 'id';

export const idToken = () =>
  refused('token_type', 'this is an ID token; send the access token', 'Send the access token that came with it.');

export const wrongType = (typ: string | undefined, { tokenTypes }: OidcSettings) =>
  refused(
    'token_type',
    `the token is of type ${tokenType(typ ?? 'none')}, and this host takes ${tokenTypes.join(', ')}`,
  );

const since = (exp: unknown, now: Date): string => `${seconds(now) - Number(exp)} s ago`;
export const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);

const LONGEST = 200;
/** A foreign word in a sentence of ours. */
const quoted = (value: unknown): string => (JSON.stringify(value) ?? 'nobody').slice(0, LONGEST);

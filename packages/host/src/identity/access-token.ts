import { createHash } from 'node:crypto';
import { jwtVerify, type JWTPayload } from 'jose';
import type { OidcSettings } from '../config/host-config.js';
import { tokenType } from '../config/oidc-settings.js';
import { RESERVED, rolesIn, type Identity } from './identity.js';
import type { Provider } from './provider.js';
import { idToken, isIdToken, refusalOf, refused, seconds, tooEarly, wrongType } from './refusals.js';

/** @throws EucoraError `UNAUTHENTICATED` (details: `reason`), `IDENTITY_UNAVAILABLE` */
export type Verify = (token: string) => Promise<Identity>;

/** Checks everything about a token, at every call. */
export function accessTokens(settings: OidcSettings, { keys }: Pick<Provider, 'keys'>, now: () => Date) {
  const { issuer, audience, algorithms, clockToleranceSeconds: clockTolerance } = settings;
  return async (token: string): Promise<{ readonly identity: Identity; readonly payload: JWTPayload }> => {
    const currentDate = now();
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance,
      currentDate,
      requiredClaims: ['exp'],
    }).catch((cause: unknown) => {
      throw refusalOf(cause, settings, currentDate) ?? cause;
    });
    if (isIdToken(payload)) throw idToken();
    if (!settings.tokenTypes.includes(tokenType(protectedHeader.typ ?? 'JWT')))
      throw wrongType(protectedHeader.typ, settings);
    if (Number(payload.iat ?? 0) > seconds(currentDate) + clockTolerance)
      throw tooEarly('issued', payload.iat, settings, currentDate);
    return { identity: identityOf(payload, settings), payload };
  };
}

const FRESH_MS = 60_000;
const REMEMBERED = 10_000;

/**
 * The same, and a token that was checked is known for a minute, at most until it expires: a signature
 * takes a tenth of a millisecond, looking it up a twentieth of that. Kept by its hash; a token itself is kept nowhere.
 */
export function rememberingTokens(check: ReturnType<typeof accessTokens>, now: () => Date): Verify {
  const known = new Map<string, { readonly identity: Identity; readonly until: number }>();
  return async (token) => {
    const hash = createHash('sha256').update(token).digest('base64');
    const at = now().getTime();
    const found = known.get(hash);
    if (found && at < found.until) return found.identity;

    const { identity, payload } = await check(token);
    known.delete(hash);
    known.set(hash, { identity, until: Math.min(at + FRESH_MS, Number(payload.exp) * 1_000) });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return identity;
  };
}

function identityOf(payload: JWTPayload, settings: OidcSettings): Identity {
  const subject = payload[settings.subjectClaim];
  if (typeof subject !== 'string' || !/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(subject))
    throw refused('subject', `the token has no ${settings.subjectClaim} that names its subject`, CLAIMS);
  if (RESERVED.has(subject)) throw refused('subject', `${subject} is a name that the hub uses itself`, CLAIMS);

  const theirs = textsOf(claimAt(payload, settings.rolesClaim));
  const roles = rolesIn(settings.roleMap ? theirs.flatMap((each) => mapped(settings.roleMap!, each)) : theirs);
  const name = payload['name'] ?? payload['preferred_username'];
  return { subject, roles, agent: roles.includes('agent'), ...(typeof name === 'string' && { name }) };
}

const CLAIMS = 'Choose another oidc_subject_claim, or have the provider put it into access tokens.';

const mapped = (map: NonNullable<OidcSettings['roleMap']>, theirs: string) =>
  Object.hasOwn(map, theirs) ? map[theirs]! : [];

/** Under its full name, else along the dots: `realm_access.roles`. */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((at, name) => {
    const own = typeof at === 'object' && at !== null && Object.hasOwn(at, name);
    return own ? (at as Record<string, unknown>)[name] : undefined;
  }, payload);
}

/** A list, or one name, or names with spaces between, as `scope` has them. */
const textsOf = (claim: unknown): readonly string[] => {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((each): each is string => typeof each === 'string') : [];
};

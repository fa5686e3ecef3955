import { isRole, ROLES, type RoleName } from '@eucora/sdk';
import { near } from '../schema/near.js';
import type { FieldMistake } from '../schema/validator.js';
import type { ConfigFile, OidcSettings } from './host-config.js';

/** Two keys, of which the host holds the public one. With `HS256` whoever knows that one could make tokens. */
const ASYMMETRIC = /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * @param wrong keys that were given and are complained of already
 * @returns no settings when nothing of OIDC was said, or when there are mistakes
 */
export function oidcSettings(
  given: ConfigFile,
  wrong: readonly string[],
): { oidc?: OidcSettings; mistakes: readonly FieldMistake[] } {
  const said = Object.keys(given).filter((key) => key.startsWith('oidc_'));
  if (said.length === 0) return { mistakes: [] };

  const { oidc_issuer: issuer, oidc_audience: audience } = given;
  const roles = roleMapOf(given.oidc_role_map ?? {});
  const mistakes = [
    ...(['oidc_issuer', 'oidc_audience'] as const)
      .filter((key) => given[key] === undefined && !wrong.includes(key))
      .map((key) => missing(key, said)),
    ...(issuer === undefined ? [] : issuerMistakes(issuer)),
    ...algorithmMistakes(given.oidc_algorithms ?? []),
    ...roles.mistakes,
  ];
  if (mistakes.length > 0 || issuer === undefined || audience === undefined) return { mistakes };
  return {
    mistakes,
    oidc: {
      issuer,
      audience,
      ...(given.oidc_client_id && { clientId: given.oidc_client_id }),
      ...(given.oidc_resource && { resource: given.oidc_resource }),
      ...(given.oidc_role_map && { roleMap: roles.map }),
      scopes: given.oidc_scopes ?? ['openid', 'offline_access'],
      subjectClaim: given.oidc_subject_claim ?? 'sub',
      rolesClaim: given.oidc_roles_claim ?? 'roles',
      algorithms: given.oidc_algorithms ?? ['RS256', 'PS256', 'ES256', 'EdDSA'],
      tokenTypes: (given.oidc_token_types ?? ['at+jwt', 'JWT']).map(tokenType),
      clockToleranceSeconds: given.oidc_clock_tolerance_seconds ?? 30,
    },
  };
}

/** RFC 7515 section 4.1.9: `application/` may be left out, and letters count alike. */
export const tokenType = (typ: string): string => typ.toLowerCase().replace(/^application\//, '');

const missing = (path: string, [first]: readonly string[]): FieldMistake => ({
  path,
  message: `is missing; ${first} is given, and one without the other lets nobody in`,
});

function issuerMistakes(issuer: string): FieldMistake[] {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))) return [];
  return [{ path: 'oidc_issuer', message: 'must be an https address: its keys decide who gets in' }];
}

const algorithmMistakes = (algorithms: readonly string[]): FieldMistake[] =>
  algorithms
    .filter((name) => !ASYMMETRIC.test(name))
    .map((name) => ({
      path: 'oidc_algorithms',
      message: `must not hold ${name}: only signatures with a key pair are believed (RS256, PS256, ES256, EdDSA, …)`,
    }));

function roleMapOf(given: Readonly<Record<string, unknown>>): {
  map: Record<string, readonly RoleName[]>;
  mistakes: FieldMistake[];
} {
  const mistakes: FieldMistake[] = [];
  const map = Object.entries(given).map(([theirs, ours]): [string, RoleName[]] => {
    const named = (Array.isArray(ours) ? (ours as unknown[]) : [ours]).map(String);
    for (const name of named.filter((each) => !isRole(each))) {
      const meant = near(name, Object.keys(ROLES));
      const hint = meant ? `did you mean ${meant}?` : `the roles are ${Object.keys(ROLES).join(', ')}`;
      mistakes.push({ path: `oidc_role_map.${theirs}`, message: `names a role ${name} that there is not; ${hint}` });
    }
    return [theirs, named.filter(isRole)];
  });
  return { map: Object.fromEntries(map), mistakes };
}

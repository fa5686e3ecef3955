import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { json, route, type Answer, type Clock, type Exchange, type SimulatorRequest } from '@eucora/sdk/testing';
import { jwtVerify } from 'jose';
import { graphError } from './answers.js';
import type { IntuneTenant } from './state.js';

const LIFE_SECONDS = 3_599;

export interface Registration {
  readonly tenantId: string;
  readonly clientId: string;
  /** PEM. */
  readonly certificate: string;
  readonly clock: Clock;
}

/** Entra ID's token endpoint for client credentials with a certificate, and the check of the tokens that it gave. */
export function tokenService({ tenantId, clientId, certificate, clock }: Registration) {
  const x509 = new X509Certificate(certificate);
  const thumbprint = createHash('sha256').update(x509.raw).digest('base64url');
  const spent = new Set<string>();
  const live = new Map<string, number>();

  const issue = async (exchange: Exchange<IntuneTenant>): Promise<Answer> => {
    const form = exchange.form ?? new URLSearchParams();
    if (exchange.params.tenant !== tenantId) {
      return refused('invalid_request', 90002, `Tenant '${exchange.params.tenant}' not found.`);
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return refused('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
    }
    if (!form.get('scope')?.endsWith('/.default')) {
      return refused('invalid_scope', 70011, `The provided value for the input parameter 'scope' is not valid.`);
    }
    if (form.get('client_id') !== clientId) {
      return refused(
        'unauthorized_client',
        700016,
        `Application '${form.get('client_id')}' was not found in the directory.`,
      );
    }
    const wrong = await wrongWith(form, `${exchange.origin}${exchange.path}`);
    if (wrong) return refused('invalid_client', 700027, wrong);
    const token = `simulated.${randomUUID()}`;
    live.set(token, clock.now().getTime() + LIFE_SECONDS * 1000);
    return json(200, {
      token_type: 'Bearer',
      expires_in: LIFE_SECONDS,
      ext_expires_in: LIFE_SECONDS,
      access_token: token,
    });
  };

  const wrongWith = async (form: URLSearchParams, audience: string): Promise<string | undefined> => {
    if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') {
      return 'The client assertion type is not supported.';
    }
    try {
      const { protectedHeader, payload } = await jwtVerify(form.get('client_assertion') ?? '', x509.publicKey, {
        algorithms: ['PS256'],
        audience,
        issuer: clientId,
        subject: clientId,
        requiredClaims: ['jti', 'nbf', 'exp'],
        currentDate: clock.now(),
      });
      if (protectedHeader['x5t#S256'] !== thumbprint) return 'The certificate with the thumbprint was not found.';
      if (payload.exp! - payload.nbf! > 600) return 'The client assertion is valid for too long.';
      if (spent.has(payload.jti!)) return 'The client assertion has been used before.';
      spent.add(payload.jti!);
      return undefined;
    } catch (cause) {
      return `Client assertion failed validation: ${(cause as Error).message}`;
    }
  };

  return {
    routes: [
      route<IntuneTenant>('POST', '/{tenant}/oauth2/v2.0/token', issue, { open: true, unchecked: true, reads: true }),
    ],
    authenticate({ headers }: SimulatorRequest): Answer | undefined {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      const until = token === undefined ? undefined : live.get(token);
      if (until !== undefined && clock.now().getTime() < until) return undefined;
      return graphError(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
    },
    /** As when the application's permissions were changed: every token is refused from now on. */
    revokeTokens: () => live.clear(),
  };
}

/** OAuth's shape, not Graph's; always 400. */
const refused = (error: string, code: number, message: string): Answer =>
  json(400, {
    error,
    error_description: `AADSTS${code}: ${message}\r\nTrace ID: 00000000-0000-0000-0000-000000000000`,
    error_codes: [code],
    timestamp: '2026-01-05 08:00:00Z',
    trace_id: '00000000-0000-0000-0000-000000000000',
    correlation_id: '00000000-0000-0000-0000-000000000000',
  });

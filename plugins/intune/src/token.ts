import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { EucoraError, isEucoraError, type Context } from '@eucora/sdk';
import { rememberToken, type PlaneHttp, type TokenSource } from '@eucora/sdk/http';
import { SignJWT } from 'jose';
import type { IntuneConfig } from './config.js';

/** Five minutes: Entra ID takes no longer-lived assertion than ten. */
const ASSERTION_SECONDS = 300;
const ATTEMPTS = 3;
const RETRY_MS = 500;

interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * Client credentials with a certificate (Entra documentation, "certificate credentials", January 2025): a PS256 assertion with
 * `x5t#S256`. The secrets are read for each token, so that a rotated certificate is seen without a restart.
 */
export const certificateTokens = (config: IntuneConfig, login: PlaneHttp): TokenSource =>
  rememberToken((ctx) => withFreshAssertions(ctx, () => issue(ctx, config, login)));

async function issue(ctx: Context, config: IntuneConfig, login: PlaneHttp) {
  const url = tokenUrl(config);
  const form = new URLSearchParams({
    client_id: config.clientId,
    scope: `${new URL(config.graphUrl).origin}/.default`,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(ctx, config, url),
  });
  const { body } = await login.request<Partial<TokenAnswer>>(ctx, {
    method: 'POST',
    url,
    body: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    anonymous: true,
    readOnlySafe: true,
    bodyRequired: true,
  });
  if (typeof body.access_token !== 'string' || typeof body.expires_in !== 'number') {
    throw new EucoraError('PLANE_ANSWER_INVALID', { what: 'Entra ID answered with success and no token' });
  }
  return { token: body.access_token, expiresInMs: body.expires_in * 1000 };
}

/** An assertion is good for one use; whoever tries again signs again. */
async function withFreshAssertions<T>(ctx: Context, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (cause) {
      if (attempt === ATTEMPTS || !isEucoraError(cause) || cause.errorClass !== 'transient') throw cause;
      await ctx.sleep(RETRY_MS * attempt);
    }
  }
}

export const tokenUrl = (config: IntuneConfig): string =>
  `${config.loginUrl.replace(/\/$/, '')}/${encodeURIComponent(config.tenantId)}/oauth2/v2.0/token`;

async function assertion(ctx: Context, config: IntuneConfig, audience: string): Promise<string> {
  const certificate = await read(ctx, config.certificate, (pem) => new X509Certificate(pem));
  const key = await read(ctx, config.privateKey, (pem) => createPrivateKey(pem));
  const seconds = Math.floor(ctx.now().getTime() / 1000);

  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    })
    .setIssuer(config.clientId)
    .setSubject(config.clientId)
    .setAudience(audience)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .sign(key);
}

/** The parser's own message is not passed on: it may quote what it could not read. */
async function read<T>(ctx: Context, reference: string, parse: (pem: string) => T): Promise<T> {
  const pem = await ctx.secrets.resolve(reference);
  try {
    return parse(pem);
  } catch {
    throw new EucoraError('CONFIG_INVALID', {
      what: `the secret at ${reference} is not PEM text of the kind that is needed`,
      remedy: 'certificate wants an X.509 certificate, privateKey its private key, both as PEM without a passphrase.',
    });
  }
}

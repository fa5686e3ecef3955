import { EucoraError, isEucoraError } from '@eucora/sdk';

/** As far as Microsoft's library says what went wrong. */
interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Entra ID refused us; the library gives its errors these names. */
const SIGN_IN = /Authentication|CredentialUnavailable|ServerError|ClientAuthError|InteractionRequired/;

/**
 * What a failure means. Nothing that the store or Entra ID said is repeated, but for the number of an error of Entra ID.
 *
 * @returns an error of ours: `SECRET_NOT_FOUND`, `SECRET_STORE_FORBIDDEN`, `SECRET_STORE_UNAVAILABLE`
 */
export function meaningOf(cause: unknown, url: string, reference: string): EucoraError {
  if (isEucoraError(cause)) return cause;
  const { name = '', message = '', statusCode, code, response } = cause as Failure;
  const details = { reference };
  if (SIGN_IN.test(name) && name !== 'CredentialUnavailableError' && !isBusy(statusCode)) {
    const number = /AADSTS\d+/.exec(message)?.[0] ?? statusCode ?? 'no number';
    return new EucoraError('SECRET_STORE_FORBIDDEN', {
      what: `${reference}: Entra ID did not let us in (${number})`,
      remedy: 'Check auth and its settings.',
      details,
    });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new EucoraError('SECRET_STORE_FORBIDDEN', {
      what: `${reference}: the vault does not let us read it, or it is disabled or out of its dates`,
      remedy: 'Grant the identity of the hub the role Key Vault Secrets User.',
      details,
    });
  }
  if (statusCode === 404)
    return new EucoraError('SECRET_NOT_FOUND', {
      what: `${reference}: the vault has no such secret or version`,
      details,
    });
  if (statusCode !== undefined && statusCode >= 400 && !isBusy(statusCode))
    return new EucoraError('SECRET_NOT_FOUND', {
      what: `${reference}: the vault refuses the request (${statusCode})`,
      details,
    });
  const unreached = cause instanceof TypeError ? 'gave no answer of its own' : `cannot be reached (${code ?? name})`;
  const why = statusCode === undefined ? unreached : strangeness(statusCode);
  const retryAfterMs = retryAfterOf(response?.headers?.get('retry-after'));
  return unavailable(url, why, retryAfterMs);
}

/** The vault no longer takes a token that the library still holds for good. */
export const isTokenRefused = (cause: unknown): boolean => {
  const { name, statusCode } = cause as Failure;
  return name === 'RestError' && statusCode === 401;
};

export const unavailable = (url: string, why: string, retryAfterMs?: number): EucoraError =>
  new EucoraError('SECRET_STORE_UNAVAILABLE', {
    what: `the vault at ${url} ${why}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

const isBusy = (status: number | undefined): boolean =>
  status !== undefined && ([408, 429].includes(status) || status >= 500);

function strangeness(status: number): string {
  if (status === 429) return 'is asked more often than it allows';
  if (status >= 300 && status < 400) return 'sends us to another address, where we do not go';
  return `answered ${status}, and not as such a vault does`;
}

function retryAfterOf(seconds: string | undefined): number | undefined {
  const ms = Number(seconds) * 1_000;
  return ms > 0 ? ms : undefined;
}

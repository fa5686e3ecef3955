import { deadlineIn, EucoraError, type SecretProvider, type Time } from '@eucora/sdk';
import type { SignInConfig } from './config.js';
import { strangeness, unavailable, type Answered, type Server } from './server.js';
import { openSession, type Issued, type Session } from './session.js';

export interface SignInParts {
  readonly config: SignInConfig;
  readonly server: Server;
  /** Where our own credentials are. */
  readonly secrets: SecretProvider;
  readonly time: Time;
}

/**
 * The hub's own identity at the store.
 *
 * @throws EucoraError from `token`: `SECRET_STORE_FORBIDDEN` when we are not let in, `SECRET_STORE_UNAVAILABLE`, and what our own
 *   credentials fail with
 */
export function signIn({ config, server, secrets, time }: SignInParts): Session {
  const deadline = () => deadlineIn(config.deadlineMs, time);
  const mount = ['auth', ...config.authMount.split('/')];

  return openSession({
    time,
    async login() {
      const body = await credentials(config, secrets);
      const until = deadline();
      const answer = await server.ask({ method: 'POST', path: [...mount, 'login'], body }, until);
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw notLetIn(config, answer.status);
      const issued = issuedIn(answer);
      if (issued) return issued;
      const condition = answer.status >= 500 ? await server.condition(until) : undefined;
      throw unavailable(config.url, condition ?? strangeness(answer.status), answer.retryAfterMs);
    },
    async renew(token) {
      const path = ['auth', 'token', 'renew-self'];
      const answer = await server.ask({ method: 'POST', path, body: {}, token }, deadline());
      if (answer.status === 429 || answer.status >= 500)
        throw unavailable(config.url, strangeness(answer.status), answer.retryAfterMs);
      return issuedIn(answer);
    },
  });
}

const credentials = async (config: SignInConfig, secrets: SecretProvider): Promise<object> =>
  config.auth === 'approle'
    ? { role_id: config.roleId, secret_id: await secrets.resolve(config.secretId) }
    : { role: config.role, jwt: await secrets.resolve(config.jwt) };

function issuedIn({ status, body }: Answered): Issued | undefined {
  const { auth } = Object(body) as { auth?: { client_token?: unknown; lease_duration?: unknown; renewable?: unknown } };
  const { client_token: token, lease_duration: seconds, renewable } = Object(auth) as NonNullable<typeof auth>;
  if (status !== 200 || typeof token !== 'string' || token === '' || typeof seconds !== 'number') return undefined;
  return { token, leaseMs: seconds * 1_000, renewable: renewable === true };
}

const notLetIn = ({ url, auth, authMount, ...config }: SignInConfig, status: number) => {
  const who = 'roleId' in config ? 'roleId and the secret behind secretId' : 'role and the service account';
  return new EucoraError('SECRET_STORE_FORBIDDEN', {
    what: `the store at ${url} did not let us in through auth/${authMount} (${auth}, ${status})`,
    remedy: `Check ${who}, authMount and namespace.`,
  });
};

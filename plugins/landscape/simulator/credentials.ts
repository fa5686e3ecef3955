import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { json, route, type Answer, type Clock, type Exchange, type SimulatorRequest } from '@eucora/sdk/testing';
import { refused } from './answers.js';
import type { LandscapeAccount } from './state.js';

const MINUTE = 60_000;
/** Of the timestamp in a signature. What Landscape tolerates is not documented. */
const TOLERANCE_MS = 15 * MINUTE;
const ACCOUNT = 'onward';

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly clock: Clock;
}

/** Log-in by access key, the tokens that it gave, and signatures on the legacy API. */
export function credentialService({ accessKey, secretKey, clock }: Credentials) {
  const live = new Map<string, number>();
  const now = () => clock.now().getTime();

  const login = ({ body }: Exchange<LandscapeAccount>): Answer => {
    const {
      access_key: key,
      secret_key: secret,
      expiry_minutes: minutes = 1_440,
    } = (body ?? {}) as Record<string, unknown>;
    if (key !== accessKey || secret !== secretKey) return refused('Unauthorized', 'Invalid credentials', 401);
    const token = `simulated.${randomUUID()}.token`;
    live.set(token, now() + Number(minutes) * MINUTE);
    return json(200, {
      token,
      email: 'hub@example.com',
      name: 'EUCORA Hub',
      accounts: [{ title: 'Onward, Inc.', name: ACCOUNT, default: true }],
      current_account: ACCOUNT,
    });
  };

  const hasToken = ({ headers }: SimulatorRequest): boolean => {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && now() < (live.get(token) ?? 0);
  };

  /** Nothing when it is right. */
  const wrongWithSignature = (request: SimulatorRequest, given: URLSearchParams): string | undefined => {
    const fields = [...given].filter(([name]) => name !== 'signature');
    const field = (name: string) => given.get(name) ?? '';
    if (field('access_key_id') !== accessKey) return 'The access key is not known.';
    if (field('signature_method') !== 'HmacSHA256' || field('signature_version') !== '2')
      return 'The signature method is not supported.';
    if (!(Math.abs(now() - Date.parse(field('timestamp'))) <= TOLERANCE_MS)) return 'The timestamp is too far away.';
    const query = fields
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join('&');
    const text = `${request.method}\n${(request.headers.host ?? '').toLowerCase()}\n${request.path}\n${query}`;
    const expected = createHmac('sha256', secretKey).update(text, 'utf8').digest();
    const actual = Buffer.from(field('signature'), 'base64');
    return actual.length === expected.length && timingSafeEqual(actual, expected)
      ? undefined
      : 'The signature does not match.';
  };

  return {
    routes: [route<LandscapeAccount>('POST', '/api/v2/login/access-key', login, { open: true, reads: true })],
    authenticate(request: SimulatorRequest): Answer | undefined {
      const legacy = request.path === '/api/' || request.path === '/api';
      if (legacy && request.headers.authorization === undefined) {
        const wrong =
          request.path === '/api'
            ? 'The path is /api/.'
            : wrongWithSignature(request, request.form ?? new URLSearchParams(request.query));
        return wrong === undefined ? undefined : refused('SignatureDoesNotMatch', wrong, 403);
      }
      return hasToken(request)
        ? undefined
        : refused('Unauthorized', 'The token is missing, unknown or has expired.', 401);
    },
    /** As when somebody invalidates them: every token is refused from now on. */
    revokeTokens: () => live.clear(),
  };
}

const escaped = (text: string) =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

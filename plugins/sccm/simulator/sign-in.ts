import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { json, send, type Answer, type Clock, type SimulatorRequest } from '@eucora/sdk/testing';

export interface SignInOptions {
  /** The service that a proof must be for: `HTTP/127.0.0.1`. */
  readonly spn: string;
  /** The account that is let in. */
  readonly principal: string;
  readonly clock: Clock;
  /** A proof is good for one request, as a Kerberos proof is. Default: for its whole life. */
  readonly once?: boolean;
  /** What the authoring facade asks for. */
  readonly authoringToken: string;
}

export interface StubProof {
  readonly spn: string;
  readonly principal: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly nonce: string;
}

const LIFE_MS = 10 * 3_600_000;

/**
 * A stand-in for Kerberos: proofs that this simulator signs and checks. It asks for `Negotiate` as the provider does, and refuses what
 * NTLM would send; there is no ticket and no realm in it.
 */
export function signIn({ spn, principal, clock, once, authoringToken }: SignInOptions) {
  let key = randomBytes(32);
  const spent = new Set<string>();
  const signed = (text: string) => createHmac('sha256', key).update(text).digest('base64url');

  const isGood = (token: string): boolean => {
    const [, payload, signature] = /^sim\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
    if (payload === undefined || signature === undefined) return false;
    const [ours, theirs] = [Buffer.from(signed(payload)), Buffer.from(signature)];
    if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) return false;
    const proof = JSON.parse(Buffer.from(payload, 'base64url').toString()) as StubProof;
    if (once && spent.has(proof.nonce)) return false;
    spent.add(proof.nonce);
    return proof.spn === spn && proof.principal === principal && clock.now().getTime() < proof.until;
  };

  return {
    /** What follows `Negotiate `. Good for ten hours. */
    issue(overrides: Partial<StubProof> = {}): string {
      const proof: StubProof = {
        spn,
        principal,
        until: clock.now().getTime() + LIFE_MS,
        nonce: randomBytes(8).toString('hex'),
        ...overrides,
      };
      const payload = Buffer.from(JSON.stringify(proof)).toString('base64url');
      return `sim.${payload}.${signed(payload)}`;
    },
    /** Refuses every proof that was given so far. */
    revoke: () => void (key = randomBytes(32)),
    authenticate({ headers, path }: SimulatorRequest): Answer | undefined {
      const given = headers.authorization ?? '';
      if (path.startsWith('/authoring/')) {
        return given === `Bearer ${authoringToken}`
          ? undefined
          : json(401, {
              error: { code: 'forbidden', message: 'The bearer token is not the one that this facade knows.' },
            });
      }
      const token = /^Negotiate (\S+)$/.exec(given)?.[1];
      return token !== undefined && isGood(token)
        ? undefined
        : send(401, undefined, { 'www-authenticate': 'Negotiate' });
    },
  };
}

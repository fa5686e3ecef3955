import { type Time } from '@eucora/sdk';

export interface Issued {
  readonly token: string;
  /** Milliseconds; 0 for a token that does not end. */
  readonly leaseMs: number;
  readonly renewable: boolean;
}

export interface SessionParts {
  login(): Promise<Issued>;
  /** Undefined when the store does not renew it. @throws when the store does not answer: then the token is used while it lasts */
  renew(token: string): Promise<Issued | undefined>;
  readonly time: Time;
}

export interface Session {
  /** A token that holds. Many may ask at once; one of them signs in. @param refused one that the store no longer takes */
  token(refused?: string): Promise<string>;
}

interface Held extends Issued {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly renewAt: number;
}

/**
 * Keeps one token: renewed when two thirds of its life are over, and otherwise got anew. Once the store gives less than a third of
 * what it gave at first, the token is near the end of all its lives, and we sign in again.
 */
export function openSession({ login, renew, time }: SessionParts): Session {
  let held: Held | undefined;
  let firstLease = 0;
  let asking: Promise<Held> | undefined;
  const now = () => time.now().getTime();

  const hold = (issued: Issued, asked: number): Held => {
    const lease = issued.leaseMs || Infinity;
    return { ...issued, until: asked + lease, renewAt: asked + (lease * 2) / 3 };
  };

  const renewed = async (old: Held): Promise<Held | undefined> => {
    const asked = now();
    try {
      const issued = await renew(old.token);
      return issued && (issued.leaseMs || Infinity) >= firstLease / 3 ? hold(issued, asked) : undefined;
    } catch {
      if (now() >= old.until) return undefined;
      return { ...old, renewAt: now() + (old.until - now()) / 2 };
    }
  };

  const next = async (refused: string | undefined): Promise<Held> => {
    const old = held;
    if (old && old.renewable && old.token !== refused && now() < old.until) {
      const longer = await renewed(old);
      if (longer) return longer;
    }
    const asked = now();
    const issued = await login();
    firstLease = issued.leaseMs;
    return hold(issued, asked);
  };

  return {
    async token(refused) {
      if (held && held.token !== refused && now() < held.renewAt) return held.token;
      asking ??= next(refused)
        .then((fresh) => (held = fresh))
        .finally(() => (asking = undefined));
      return (await asking).token;
    },
  };
}

import type { Clock } from '../ports/clock.js';
import type { Held, Lease } from '../ports/lease.js';
import { storableName } from '../ports/storable.js';
import { realClock } from './clock.js';

interface Hold {
  readonly holder: string;
  readonly token: number;
  until: number;
}

export function memoryLease(clock: Clock = realClock): Lease {
  const holds = new Map<string, Hold>();
  let lastToken = 0;
  const now = () => clock.now().getTime();

  const current = ({ name, token }: Held): Hold | undefined => {
    const hold = holds.get(name);
    return hold && hold.token === token && hold.until > now() ? hold : undefined;
  };

  return {
    async acquire(name, holder, ttlMs) {
      storableName('lease name', name);
      const hold = holds.get(name);
      if (hold && hold.until > now()) return undefined;
      const token = ++lastToken;
      holds.set(name, { holder, token, until: now() + ttlMs });
      return { name, token };
    },

    async renew(held, ttlMs) {
      const hold = current(held);
      if (hold) hold.until = now() + ttlMs;
      return hold !== undefined;
    },

    async release(held) {
      if (current(held)) holds.delete(held.name);
    },
  };
}

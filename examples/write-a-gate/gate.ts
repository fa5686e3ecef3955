import { allow, deny, type PolicyGate, type RingName } from '@eucora/sdk';

/** A time in which nothing new reaches some rings. */
export interface Freeze {
  readonly rings: readonly RingName[];
  readonly from: Date;
  /** The first moment at which the rings are open again. */
  readonly until: Date;
  /** For a person: `year-end closing`. */
  readonly why: string;
}

/**
 * Says no while a ring is frozen, and says until when. Freezes that overlap are all named, so that nobody waits for the
 * first and meets the second. The time is `now` of the facts, never the machine's: the same facts get the same answer.
 */
export const freezeWindow = (freezes: readonly Freeze[]): PolicyGate => ({
  name: 'freeze-window',
  async evaluate(_ctx, { order, now }) {
    const reasons = freezes
      .filter(({ rings, from, until }) => rings.includes(order.ring) && from <= now && now < until)
      .map(({ until, why }) => `${order.ring} is frozen until ${until.toISOString()}: ${why}`);
    return reasons.length > 0 ? deny(...reasons) : allow();
  },
});

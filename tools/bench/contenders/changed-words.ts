/** Shorter ones stand in texts by accident. */
const LEAST = 8;
const DATE = /^\d{4}-\d\d-\d\dT/;

/**
 * What a server says anew in every run (tokens, signed addresses), by what it said when the requests were recorded. With it the
 * recorded requests can be sent again.
 */
export class ChangedWords {
  readonly #now = new Map<string, string>();

  learn(recorded: unknown, now: unknown): void {
    if (typeof recorded === 'string' && typeof now === 'string') return this.#learnWord(recorded, now);
    if (typeof recorded !== 'object' || recorded === null || typeof now !== 'object' || now === null) return;
    for (const [name, value] of Object.entries(recorded)) this.learn(value, (now as Record<string, unknown>)[name]);
  }

  in(text: string): string {
    let said = text;
    for (const [recorded, now] of this.#now) said = said.replaceAll(recorded, now);
    return said;
  }

  #learnWord(recorded: string, now: string): void {
    if (recorded === now || recorded.length < LEAST || DATE.test(recorded)) return;
    this.#now.set(recorded, now);
    if (!URL.canParse(recorded) || !URL.canParse(now)) return;
    const [before, after] = [new URL(recorded), new URL(now)];
    this.#now.set(before.pathname + before.search, after.pathname + after.search);
  }
}

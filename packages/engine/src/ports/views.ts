/** A row made from events, for lists. Written with the events that it follows from; may be thrown away and made again. */
export interface ViewWrite {
  /** `packages`, `intents`, `runs`, `drift`, `approvals`, `waivers`, `incidents`. */
  readonly collection: string;
  readonly id: string;
  /** Plain JSON. `null` removes the row. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface ViewPage<Body> {
  readonly items: readonly Body[];
  /** Give it as `after` to go on; absent on the last page. */
  readonly next?: string;
}

export interface Views {
  get<Body>(collection: string, id: string): Promise<Body | undefined>;
  /**
   * In order of id. @param where top-level fields that must be equal; a list means any of them
   * @param limit default 100
   */
  list<Body>(
    collection: string,
    request?: {
      readonly where?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
      readonly after?: string;
      readonly limit?: number;
    },
  ): Promise<ViewPage<Body>>;
}

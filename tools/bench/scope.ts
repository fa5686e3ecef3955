/** What was opened last is closed first, whatever happens. */
export interface Scope {
  /** Is closed with the scope. Hands back what it was given. */
  own<Part extends { close(): unknown }>(part: Part): Part;
  close(): Promise<void>;
}

export function openScope(): Scope {
  const parts: { close(): unknown }[] = [];
  return {
    own(part) {
      parts.push(part);
      return part;
    },
    async close() {
      for (let part = parts.pop(); part; part = parts.pop()) {
        const { close } = part;
        await Promise.resolve(close()).catch((cause: unknown) => console.error('A part did not close cleanly:', cause));
      }
    },
  };
}

/** Does the work in a scope of its own and closes it, also when the work throws. */
export async function within<Value>(outer: Scope, work: (scope: Scope) => Promise<Value>): Promise<Value> {
  const scope = outer.own(openScope());
  try {
    return await work(scope);
  } finally {
    await scope.close();
  }
}

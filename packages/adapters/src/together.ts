/**
 * Many small writes as few large ones: what comes while one is on its way goes with the next. Each caller is answered
 * when its own items are through.
 */
export function together<Item>(write: (items: readonly Item[]) => Promise<void>) {
  let waiting: Item[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();

  return (items: readonly Item[]): Promise<void> => {
    waiting.push(...items);
    next ??= current
      .catch(() => {}) // Told to those whose items were in it.
      .then(() => {
        const all = waiting;
        waiting = [];
        next = undefined;
        return (current = write(all));
      });
    return next;
  };
}

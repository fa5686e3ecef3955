/** Requests of one kind that are under way at a time; of Jamf's five connections one is left for other work. */
const SIDE_BY_SIDE = 4;

/** Works on all of them, a few at a time. Answers in the order asked. */
export async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) done[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, worker));
  return done;
}

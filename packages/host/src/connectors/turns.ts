/** Work under one name goes one after the other; other names do not wait. */
export function turns() {
  const last = new Map<string, Promise<unknown>>();
  return <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
    const done = turn.catch(() => undefined).then(() => void (last.get(name) === done && last.delete(name)));
    last.set(name, done);
    return turn;
  };
}

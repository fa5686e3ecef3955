import { isEucoraError, type EucoraError } from '../errors.js';

/** Everything of all pages. */
export async function collected<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** What a call failed with. @throws what was thrown when it is no EucoraError, and when nothing was */
export async function failureOf(call: Promise<unknown>): Promise<EucoraError> {
  try {
    await call;
  } catch (cause) {
    if (isEucoraError(cause)) return cause;
    throw cause;
  }
  throw new Error('this should have failed');
}

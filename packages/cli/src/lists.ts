import type { Client, Request } from './client.js';
import type { Answer, Input, Parameter } from './command.js';
import { text, wholeNumber } from './input.js';
import { table, type Cell } from './text.js';
import type { Page } from './wire.js';

const DEFAULT_LIMIT = 100;
/** Of one request; a longer list is asked for in pages. */
const PAGE_LIMIT = 1_000;
const LONGEST = 1_000_000;

/** What every list understands. */
export const LIST_OPTIONS: readonly Parameter[] = [
  { flags: '--limit <count>', text: `at most so many (default: ${DEFAULT_LIMIT})` },
  { flags: '--after <position>', text: 'go on after this one; a list that is cut says where' },
];

/** Pages until there are as many as were asked for. */
export async function readList<Item>(client: Client, request: Request, input: Input): Promise<Page<Item>> {
  const limit = wholeNumber(input, 'limit', { from: 1, to: LONGEST }) ?? DEFAULT_LIMIT;
  const items: Item[] = [];
  let after: string | number | undefined = text(input, 'after');
  do {
    const query = { ...request.query, after, limit: Math.min(PAGE_LIMIT, limit - items.length) };
    const page: Page<Item> = await client.request({ ...request, query });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined && items.length < limit);
  return after === undefined ? { items } : { items, next: after };
}

/** A list for people; an empty one says what to do next. */
export const listAnswer = <Item>(
  page: Page<Item>,
  {
    head,
    row,
    empty,
  }: { readonly head: readonly string[]; readonly row: (item: Item) => readonly Cell[]; readonly empty: string },
): Answer => ({
  document: page,
  async text() {
    if (page.items.length === 0) return empty;
    const more = page.next === undefined ? '' : `\n\n-> there is more: --after ${page.next}`;
    return (await table(head, page.items.map(row))) + more;
  },
});

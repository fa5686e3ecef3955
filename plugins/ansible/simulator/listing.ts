import { json, type Answer, type SimulatorRequest } from '@eucora/sdk/testing';
import { detail } from './answers.js';
import { matcher, ordered, type Fields } from './lookups.js';
import { PAGE_CAP, type World } from './world.js';

/**
 * One page of a list: `{count, next, previous, results}`, filtered and ordered as the query says. `next` is a path without a host.
 *
 * @param fields what can be searched, without making the whole row
 */
export function listing<Item>(
  { query, path }: SimulatorRequest,
  items: readonly Item[],
  fields: Fields<Item>,
  row: (item: Item) => unknown,
  { pageSize }: Pick<World, 'pageSize'>,
  defaultOrder = 'id',
): Answer {
  const match = matcher(query, fields);
  if ('refusal' in match) return match.refusal;
  const kept = ordered(items.filter(match.fits), query.order_by ?? query.order ?? defaultOrder, fields);
  if ('refusal' in kept) return kept.refusal;

  const size = Math.min(PAGE_CAP, Math.max(1, Number(query.page_size) || pageSize));
  const page = Math.max(1, Number(query.page) || 1);
  const from = (page - 1) * size;
  if (page > 1 && from >= kept.items.length) return detail(404, 'Invalid page.');
  const link = (to: number) => `${path}?${new URLSearchParams({ ...query, page: String(to) }).toString()}`;
  return json(200, {
    count: kept.items.length,
    next: from + size < kept.items.length ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    results: kept.items.slice(from, from + size).map(row),
  });
}

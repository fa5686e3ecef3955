import { json, type Answer, type Exchange } from '@eucora/sdk/testing';
import type { LandscapeAccount } from './state.js';

/** Lists that are remembered for whoever reads on. */
const KEPT = 8;

/**
 * Answers with the page that `limit` and `offset` ask for. The list is worked out for the first page and kept for the others: 100,000 machines are not
 * asked a hundred times.
 *
 * @returns answers; `links` says how the server writes its next links
 */
export function pages() {
  const lists = new Map<string, readonly unknown[]>();

  const listOf = (key: string, offset: number, rows: () => readonly unknown[]) => {
    const kept = offset > 0 ? lists.get(key) : undefined;
    if (kept) return kept;
    const fresh = rows();
    lists.delete(key);
    lists.set(key, fresh);
    if (lists.size > KEPT) lists.delete([...lists.keys()][0]!);
    return fresh;
  };

  return (
    exchange: Exchange<LandscapeAccount>,
    links: 'absolute' | 'relative',
    rows: () => readonly unknown[],
  ): Answer => {
    const { limit: size = '1000', offset: from = '0', ...rest } = exchange.query;
    const [limit, offset] = [Number(size), Number(from)];
    const all = listOf(`${exchange.path}?${new URLSearchParams(rest).toString()}`, offset, rows);
    const shown = all.slice(offset, offset + limit);
    const next = new URLSearchParams({ ...rest, limit: String(limit), offset: String(offset + limit) });
    const link = `${exchange.path}?${next.toString()}`;
    return json(200, {
      count: all.length,
      results: shown,
      next: offset + shown.length < all.length ? (links === 'absolute' ? `${exchange.origin}${link}` : link) : null,
      previous: null,
    });
  };
}

/** By the second of each pair. */
export function grouped(
  rows: Iterable<readonly [string, string]>,
): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const row of rows) {
    const group = groups.get(row[1]);
    if (group) group.push(row);
    else groups.set(row[1], [row]);
  }
  return groups;
}

import type { Answer } from '@eucora/sdk/testing';
import { detail } from './answers.js';

type Value = string | number | boolean | null | readonly (string | number)[];

/** What of an item can be searched, by AWX's name for it: `labels__name` reaches into another table. */
export type Fields<Item> = Readonly<Record<string, (item: Item) => Value>>;

type Refusal = { readonly refusal: Answer };

/** Fields that hold secrets or large texts (AWX, prevent_search). */
const UNSEARCHABLE = new Set([
  'extra_vars',
  'job_args',
  'job_env',
  'start_args',
  'survey_passwords',
  'host_config_key',
  'webhook_key',
]);
const NO_FILTER = new Set([
  'page',
  'page_size',
  'order_by',
  'order',
  'format',
  'search',
  'count_disabled',
  'no_truncate',
  'start_line',
  'end_line',
]);

const LOOKUPS: Readonly<Record<string, (value: Value, asked: string) => boolean>> = {
  exact: (value, asked) => same(value, asked),
  in: (value, asked) => asked.split(',').some((one) => same(value, one)),
  startswith: (value, asked) => String(value).startsWith(asked),
  icontains: (value, asked) => String(value).toLowerCase().includes(asked.toLowerCase()),
  contains: (value, asked) => String(value).includes(asked),
  gt: (value, asked) => compare(value, asked) > 0,
  gte: (value, asked) => compare(value, asked) >= 0,
  lt: (value, asked) => compare(value, asked) < 0,
  lte: (value, asked) => compare(value, asked) <= 0,
};

/** Django look-ups as AWX passes them through: `name__in`, `not__status`, `created__gte`. All must fit. */
export function matcher<Item>(
  query: Readonly<Record<string, string>>,
  fields: Fields<Item>,
): { readonly fits: (item: Item) => boolean } | Refusal {
  const tests: ((item: Item) => boolean)[] = [];
  for (const [key, asked] of Object.entries(query)) {
    if (NO_FILTER.has(key)) continue;
    const parts = key.split('__');
    const inverted = parts[0] === 'not';
    if (inverted) parts.shift();
    const lookup = parts.length > 1 && parts.at(-1)! in LOOKUPS ? parts.pop()! : 'exact';
    const field = parts.join('__');
    if (UNSEARCHABLE.has(parts[0]!)) return { refusal: detail(403, `Filtering on ${parts[0]} is not allowed.`) };
    const read = fields[field];
    if (!read) return { refusal: detail(400, `There is no field named '${field}' to filter by.`) };
    tests.push((item) => LOOKUPS[lookup]!(read(item), asked) !== inverted);
  }
  const words = query.search?.toLowerCase();
  if (words !== undefined) {
    tests.push((item) =>
      [fields.name, fields.description].some((read) => read && String(read(item)).toLowerCase().includes(words)),
    );
  }
  return { fits: (item) => tests.every((test) => test(item)) };
}

export function ordered<Item>(
  items: readonly Item[],
  by: string,
  fields: Fields<Item>,
): { readonly items: readonly Item[] } | Refusal {
  const name = by.replace(/^-/, '');
  const read = fields[name];
  if (!read) return { refusal: detail(400, `There is no field named '${name}' to order by.`) };
  const sign = by.startsWith('-') ? -1 : 1;
  const key = (item: Item) => {
    const value = read(item);
    return typeof value === 'number' ? value : String(value);
  };
  return { items: [...items].sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)) };
}

function same(value: Value, asked: string): boolean {
  if (Array.isArray(value)) return value.some((one: string | number) => String(one) === asked);
  if (typeof value === 'boolean') return value === ['true', '1'].includes(asked.toLowerCase());
  return String(value) === asked;
}

function compare(value: Value, asked: string): number {
  if (typeof value === 'number') return value - Number(asked);
  return Date.parse(String(value)) - Date.parse(asked);
}

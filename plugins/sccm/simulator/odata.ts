/** As much of OData's `$filter` as the administration service documents: comparisons, and, or, not, parentheses, three functions. */
export type Row = Readonly<Record<string, unknown>>;

export interface Filter {
  test(row: Row): boolean;
  /** Comparisons that must all hold, for those who keep their rows in order. */
  readonly must: readonly Comparison[];
}

export interface Comparison {
  readonly field: string;
  readonly is: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
  readonly value: unknown;
}

/** What the service could not read. */
export class BadFilter extends Error {}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w/]*)|([(),]))/y;
const TEXT_FUNCTIONS: Readonly<Record<string, (value: string, part: string) => boolean>> = {
  startswith: (value, part) => value.startsWith(part),
  endswith: (value, part) => value.endsWith(part),
  contains: (value, part) => value.includes(part),
};
const COMPARISONS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

export function parseFilter(text: string | undefined): Filter {
  if (text === undefined || text.trim() === '') return { test: () => true, must: [] };
  const words = tokens(text);
  let at = 0;
  const peek = () => words[at];
  const take = (expected?: string) => {
    const word = words[at++];
    if (word === undefined || (expected !== undefined && word !== expected)) {
      throw new BadFilter(`expected ${expected ?? 'more'} in "${text}"`);
    }
    return word;
  };

  const either = (): Filter => {
    let left = both();
    while (peek() === 'or') {
      take();
      const [a, b] = [left, both()];
      left = { test: (row) => a.test(row) || b.test(row), must: [] };
    }
    return left;
  };
  const both = (): Filter => {
    let left = one();
    while (peek() === 'and') {
      take();
      const [a, b] = [left, one()];
      left = { test: (row) => a.test(row) && b.test(row), must: [...a.must, ...b.must] };
    }
    return left;
  };
  const one = (): Filter => {
    const word = take();
    if (word === '(') {
      const inner = either();
      take(')');
      return inner;
    }
    if (word === 'not') {
      const inner = one();
      return { test: (row) => !inner.test(row), must: [] };
    }
    return peek() === '(' ? textFunction(word) : comparison(word);
  };
  const textFunction = (name: string): Filter => {
    take('(');
    const field = take();
    take(',');
    const part = String(literal(take())).toLowerCase();
    take(')');
    const holds = TEXT_FUNCTIONS[name];
    if (!holds) throw new BadFilter(`there is no function ${name}`);
    return { test: (row) => holds(lowered(row[field]), part), must: [] };
  };
  const comparison = (field: string): Filter => {
    const is = take() as Comparison['is'];
    if (!COMPARISONS.has(is)) throw new BadFilter(`"${is}" compares nothing`);
    const value = literal(take());
    return { test: (row) => compares(row[field], is, value), must: [{ field, is, value }] };
  };

  const filter = either();
  if (at < words.length) throw new BadFilter(`"${peek()}" is too much in "${text}"`);
  return filter;
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw new BadFilter(`cannot read "${text}"`);
    found.push((match[1] ?? match[2] ?? match[3] ?? match[4])!);
  }
  return found;
}

function literal(word: string): unknown {
  if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'");
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  const number = Number(word);
  if (Number.isNaN(number)) throw new BadFilter(`"${word}" is no value`);
  return number;
}

/** WMI compares texts without their case. */
const lowered = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : '');

export function compares(value: unknown, is: Comparison['is'], other: unknown): boolean {
  const [a, b] =
    typeof value === 'string' && typeof other === 'string' ? [lowered(value), lowered(other)] : [value, other];
  switch (is) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'gt':
      return a != null && b != null && a > b;
    case 'ge':
      return a != null && b != null && a >= b;
    case 'lt':
      return a != null && b != null && a < b;
    case 'le':
      return a != null && b != null && a <= b;
  }
}

/** The value that a field must have, if the filter says so. */
export const mustEqual = ({ must }: Filter, field: string): unknown =>
  must.find((one) => one.field === field && one.is === 'eq')?.value;

/** Rows in ascending order of a number, cut to what the filter can want of it. */
export function within<T>(
  rows: readonly T[],
  numberOf: (row: T) => number,
  { must }: Filter,
  field: string,
): readonly T[] {
  let from = 0;
  let to = rows.length;
  for (const { is, value } of must.filter((one) => one.field === field)) {
    if (typeof value !== 'number') continue;
    if (is === 'gt')
      from = Math.max(
        from,
        firstWhere(rows, numberOf, (n) => n > value),
      );
    if (is === 'ge')
      from = Math.max(
        from,
        firstWhere(rows, numberOf, (n) => n >= value),
      );
    if (is === 'le')
      to = Math.min(
        to,
        firstWhere(rows, numberOf, (n) => n > value),
      );
    if (is === 'lt')
      to = Math.min(
        to,
        firstWhere(rows, numberOf, (n) => n >= value),
      );
  }
  return rows.slice(from, to);
}

function firstWhere<T>(rows: readonly T[], numberOf: (row: T) => number, holds: (n: number) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(numberOf(rows[middle]!))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Thrown for a query that Jamf would refuse. */
export class WrongQuery extends Error {}

type Row = Readonly<Record<string, string>>;

const COMPARISON = /^\s*([\w.]+)\s*(==|!=|=in=)\s*(\([^)]*\)|"(?:[^"\\]|\\.)*"|[^\s,;]+)\s*/;

/**
 * The part of RSQL that is simulated: `==`, `!=`, `=in=`, with `,` or ` or ` and `;` or ` and ` between them, no brackets. Case is ignored and `*`
 * stands for anything, as on Jamf.
 */
export function rsql(filter: string, fields: readonly string[]): (row: Row) => boolean {
  const alternatives: ((row: Row) => boolean)[][] = [[]];
  for (let rest = filter; rest.trim() !== '';) {
    const found = COMPARISON.exec(rest);
    if (!found) throw new WrongQuery(`cannot read the filter at "${rest}"`);
    const [whole, field, operator, value] = found as unknown as [string, string, string, string];
    if (!fields.includes(field)) throw new WrongQuery(`the field ${field} cannot be filtered`);
    alternatives.at(-1)!.push(comparison(field, operator, value));
    const joint = /^(,|;|or\s|and\s)/.exec(rest.slice(whole.length));
    if (joint && [',', 'or'].includes(joint[1]!.trim())) alternatives.push([]);
    rest = rest.slice(whole.length + (joint?.[0].length ?? 0));
  }
  return (row) => alternatives.some((all) => all.every((holds) => holds(row)));
}

function comparison(field: string, operator: string, value: string): (row: Row) => boolean {
  const values = operator === '=in=' ? value.slice(1, -1).split(',') : [value];
  const patterns = values.map((one) => patternOf(one.trim()));
  const holds = (row: Row) => patterns.some((pattern) => pattern.test(row[field] ?? ''));
  return operator === '!=' ? (row) => !holds(row) : holds;
}

const patternOf = (value: string) => {
  const text = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  return new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\s\\S]*')}$`,
    'i',
  );
};

/** Control characters; what comes from a plane must not move the cursor of whoever reads it. */
const CONTROL = /[\p{Cc}\p{Cf}]/gu;

export const plain = (text: string): string => text.replace(CONTROL, (found) => (found === '\n' ? found : ''));

/** What a table can show; `-` for what is not there. */
export type Cell = string | number | boolean | null | undefined;

export const orDash = (cell: Cell): string => (cell === undefined || cell === null || cell === '' ? '-' : String(cell));

/** @param count bytes @returns `12.4 MB` */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log10(count) / 3));
  return `${power === 0 ? count : (count / 1000 ** power).toFixed(1)} ${units[power]}`;
}

export const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

/** Rows under headings, two spaces apart; wide cells are never cut, so that ids can be copied. */
export async function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const lines = new Table({
    head: head.map((title) => title.toUpperCase()),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(BORDERS.map((border) => [border, ''])),
  });
  lines.push(...rows.map((row) => row.map((cell) => plain(orDash(cell)))));
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
] as const;

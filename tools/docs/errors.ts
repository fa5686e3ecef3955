import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CATALOGUE, type CatalogueEntry, type ErrorClass } from '@eucora/sdk';

/** `docs/errors.md`, made from the catalogue: `node --import @swc-node/register/esm-register -C eucora-source tools/docs/errors.ts`. */
export function renderErrors(): string {
  const entries = Object.entries(CATALOGUE) as readonly [string, CatalogueEntry][];
  const sections = CLASSES.map(([errorClass, title, text]) => {
    const rows = entries
      .filter(([, entry]) => entry.errorClass === errorClass)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, entry]) => [
        `<a id="${code.toLowerCase()}"></a>\`${code}\``,
        `${entry.statusCode}`,
        cell(entry.meaning),
        cell(entry.remedy),
      ]);
    return [`## ${title}`, '', text, '', ...table(['code', 'status', 'what it means', 'what to do'], rows), ''];
  });
  return [...HEAD, ...sections.flat()].join('\n');
}

const HEAD = [
  '# Errors',
  '',
  '<!-- Made from packages/sdk/src/error-catalogue.ts by tools/docs/errors.ts. Do not edit. -->',
  '',
  'Every problem that the hub reports has one of these codes, over HTTP (`code` in an RFC 9457 problem), on the command',
  'line and in the audit trail. The class says what becomes of the work; the status is that of the HTTP answer, unless the',
  'place knows a better one.',
  '',
];

const CLASSES: readonly (readonly [ErrorClass, string, string])[] = [
  [
    'transient',
    'Transient: it is tried again',
    'The cause passes by itself. The hub tries again; a caller may, with the same key.',
  ],
  ['permanent', 'Permanent: trying again is useless', 'Something has to be changed first.'],
  ['policy_violation', 'Policy: a person must decide', 'The hub stops and waits; nothing is tried again by itself.'],
];

const cell = (text: string) => text.replaceAll('|', '\\|');

/** Columns as wide as their widest cell, which is how prettier leaves them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), renderErrors());
}

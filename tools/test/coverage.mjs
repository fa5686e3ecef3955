import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { filesUnder } from '../bootstrap/files.mjs';
import { at, CACHE, ROOT } from '../bootstrap/places.mjs';

/** Percent of the lines of `packages/` and `plugins/` that the whole suite must run. */
export const LEAST_LINES = 90;

const REPORTS = 'coverage';
const SHOWN = 15;

/** What c8 is told. A file that no test ever loads counts with all its lines. */
export const c8Options = () => [
  '--all',
  '--src=packages',
  '--src=plugins',
  '--include=packages/*/src/**/*.ts',
  '--include=plugins/*/src/**/*.ts',
  '--include=plugins/*/simulator/**/*.ts',
  '--exclude=**/dist/**',
  '--exclude=**/*.d.ts',
  ...typeOnlyFiles().map((path) => `--exclude=${path}`),
  `--temp-directory=${CACHE}/coverage`,
  `--reports-dir=${REPORTS}`,
  '--reporter=json-summary',
  '--reporter=lcovonly',
];

/** Files that hold nothing but types: there is no line in them that could run. */
const typeOnlyFiles = () =>
  ['packages', 'plugins']
    .flatMap((folder) => filesUnder(folder))
    .filter((path) => path.endsWith('.ts') && /^[^/]+\/[^/]+\/(src|simulator)\//.test(path))
    .filter((path) => isTypeOnly(readFileSync(at(path), 'utf8')));

/** @param {string} source */
export const isTypeOnly = (source) =>
  ts
    .transpileModule(source, {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        verbatimModuleSyntax: true,
        removeComments: true,
      },
    })
    .outputText.replace(/export \{\};/g, '')
    .trim() === '';

/**
 * @typedef {{ lines: { total: number, covered: number, pct: number } }} Covered
 * @typedef {Record<string, Covered>} Summary by absolute path, and `total`
 */

/** @returns {Summary | undefined} */
export function readCoverage() {
  const path = at(REPORTS, 'coverage-summary.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** The total and the files with the most lines that no test ran. @param {Summary} summary */
export function coverageTable(summary) {
  const { total, ...files } = summary;
  const missed = (/** @type {Covered} */ { lines }) => lines.total - lines.covered;
  const worst = Object.entries(files)
    .filter(([, covered]) => missed(covered) > 0)
    .sort(([a, left], [b, right]) => missed(right) - missed(left) || a.localeCompare(b))
    .slice(0, SHOWN);
  return [
    `Coverage: ${percent(total)} of ${total?.lines.total ?? 0} lines (at least ${LEAST_LINES} % asked). Most lines not run:`,
    ...worst.map(
      ([path, covered]) =>
        `  ${String(missed(covered)).padStart(5)} lines  ${percent(covered).padStart(7)}  ${path.slice(ROOT.length)}`,
    ),
  ].join('\n');
}

/** @param {Summary} summary */
export const isCoveredEnough = ({ total }) => total !== undefined && total.lines.pct >= LEAST_LINES;

/** @param {Covered | undefined} covered */
const percent = (covered) => `${(covered?.lines.pct ?? 0).toFixed(1)} %`;

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder } from '../bootstrap/files.mjs';
import { manifestOf } from '../bootstrap/workspaces.mjs';
import { at } from '../bootstrap/places.mjs';

const FOLDERS = ['docs', 'packages', 'plugins', 'examples', 'tools'];

/** Links that lead somewhere, commands that exist. That docs/errors.md is the catalogue is a test of the SDK. @returns {string[]} */
export function docs() {
  const { scripts = {} } = manifestOf('.');
  return pages().flatMap((page) => {
    const text = withoutCode(readFileSync(at(page), 'utf8'));
    return [...brokenLinks(page, text), ...unknownCommands(page, readFileSync(at(page), 'utf8'), scripts)];
  });
}

const pages = () =>
  [...readdirSync(at('.')), ...FOLDERS.flatMap((folder) => (existsSync(at(folder)) ? filesUnder(folder) : []))].filter(
    (path) => path.endsWith('.md') && !path.endsWith('.api.md') && !path.endsWith('CHANGELOG.md'),
  );

/** @param {string} page @param {string} text */
const brokenLinks = (page, text) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !leadsSomewhere(page, target))
    .map((target) => `${page}: the link to ${target} leads nowhere`);

/** @param {string} page @param {string} target */
function leadsSomewhere(page, target) {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? at(page) : at(join(dirname(page), decodeURIComponent(path)));
  if (!existsSync(file)) return false;
  return anchor === undefined || !file.endsWith('.md') || anchorsIn(readFileSync(file, 'utf8')).includes(anchor);
}

/** As GitHub makes them from headings. @param {string} text */
const anchorsIn = (text) =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[`*]/g, '')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replace(/ /g, '-'),
  );

/** @param {string} page @param {string} text @param {Record<string, string>} scripts */
const unknownCommands = (page, text, scripts) =>
  [...text.matchAll(/\bnpm run ([\w:-]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in scripts))
    .map((name) => `${page}: there is no npm run ${name}`);

/** @param {string} text */
const withoutCode = (text) =>
  text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code));

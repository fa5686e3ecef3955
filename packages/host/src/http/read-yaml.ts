import { Lexer, parse } from 'yaml';

/** Characters. The parser takes seconds for a mebibyte, and longer than that for one made on purpose. */
export const YAML_LIMIT = 64 * 1024;

/**
 * YAML as plain JSON values.
 *
 * The parser goes down one call for each level, and text that is nested deep enough takes the whole process with it. So the
 * levels are counted first.
 *
 * @throws Error with a message for the sender
 */
export function readYaml(text: string, depthLimit: number): unknown {
  if (rows(text) > depthLimit || levels(text) > depthLimit)
    throw new Error(`nested more than ${depthLimit} levels deep`);
  return parse(text, { logLevel: 'error' });
}

/** The deepest nesting by brackets, or by dashes and question marks in one line. */
function rows(text: string): number {
  let [brackets, dashes, deepest] = [0, 0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets--;
    else if (token === '-' || token === '?') dashes++;
    else if (token.includes('\n')) dashes = 0;
    deepest = Math.max(deepest, brackets, dashes);
  }
  return deepest;
}

/** The deepest nesting by indentation. */
function levels(text: string): number {
  const indents: number[] = [];
  let deepest = 0;
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
    deepest = Math.max(deepest, indents.push(indent));
  }
  return deepest;
}

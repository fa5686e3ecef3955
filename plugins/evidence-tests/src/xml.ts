import { EucoraError, reasonOf } from '@eucora/sdk';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly Element[];
}

interface Growing extends Element {
  readonly depth: number;
  readonly children: Growing[];
}

/** Levels. The deepest report that we know has seven; nested suites may have some more. */
const DEEPEST = 50;

/** Elements that are kept, some twenty megabytes of them. */
const MOST_ELEMENTS = 100_000;

/**
 * The elements of the given names; what is inside of others belongs to the nearest of them. Text is not kept. There are no entities
 * but those of XML itself, and they stay as they are, see {@link plainText}.
 *
 * @throws EucoraError `DOCUMENT_INVALID`: not well-formed, nested too deep, too many elements, with a document type
 */
export function readXml(text: string, wanted: readonly string[]): Element {
  refuseDocumentType(text);
  const roots: Growing[] = [];
  const open: Growing[] = [];
  let kept = 0;

  const element = (name: string, depth: number, attributes: Element['attributes']) => {
    if (depth > DEEPEST) throw invalid(`it is nested more than ${DEEPEST} deep`);
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
    if (depth > 1 && !wanted.includes(name)) return;
    kept += 1;
    if (kept > MOST_ELEMENTS) throw invalid(`it has more than ${MOST_ELEMENTS} suites, tests and outcomes; split it`);
    const grown = { name, depth, attributes, children: [] };
    (open.at(-1)?.children ?? roots).push(grown);
    open.push(grown);
  };

  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    removeNSPrefix: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    jPath: false,
    updateTag(name, path, attributes) {
      element(name, (path as { getDepth(): number }).getDepth(), attributes ?? {});
      return false; // The parser builds nothing, so that it holds no more than the text.
    },
  });
  try {
    parser.parse(text);
  } catch (cause) {
    throw cause instanceof EucoraError ? cause : malformed(reasonOf(cause));
  }
  const found = XMLValidator.validate(text);
  if (found !== true) throw malformed(`${found.err.msg} (line ${found.err.line})`);
  if (roots.length !== 1) throw malformed(`it has ${roots.length} roots`);
  return roots[0]!;
}

export const invalid = (what: string): EucoraError => new EucoraError('DOCUMENT_INVALID', { what });
const malformed = (why: string) => invalid(`it is not well-formed XML: ${why}`);

/** What a text may hold without its being markup: a failed test of a web page has `<!DOCTYPE html>` in its message. */
const QUOTATIONS = [
  { begin: '<!--', end: '-->' },
  { begin: '<![CDATA[', end: ']]>' },
];

/** A document type is where entities are declared, a billion of them in a few lines. No report needs one. */
function refuseDocumentType(text: string): void {
  let at = text.indexOf('<!');
  while (at >= 0) {
    const quotation = QUOTATIONS.find(({ begin }) => text.startsWith(begin, at));
    if (!quotation) throw invalid('it has a document type declaration (<!DOCTYPE, <!ENTITY), and those are not read');
    const end = text.indexOf(quotation.end, at + quotation.begin.length);
    if (end < 0) throw malformed(`${quotation.begin} has no end`);
    at = text.indexOf('<!', end);
  }
}

const NAMED: Readonly<Record<string, string | undefined>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What an attribute says. Anything but the five names and numbers stays as it is. */
export const plainText = (attribute = ''): string =>
  attribute.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi,
    (all, hex?: string, decimal?: string, name?: string) => {
      if (name) return NAMED[name] ?? all;
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );

import { EucoraError } from '@eucora/sdk';
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element: text, or its children by name; an array where a name comes more than once. */
export type XmlNode = string | number | boolean | undefined | XmlElement | readonly XmlNode[];

export interface XmlElement {
  readonly [child: string]: XmlNode;
}

/** Lists of ten thousand policies are full of `&amp;`: the library's guard is against entities that a document defines, which we refuse. */
const ENTITIES = { enabled: true, maxTotalExpansions: 10_000_000, maxExpandedLength: 256 * 1024 * 1024 };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: true,
  htmlEntities: true,
  processEntities: ENTITIES,
});

const builder = new XMLBuilder({ ignoreAttributes: true, suppressEmptyNode: true, processEntities: true });

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** @param root the name of the only outermost element */
export const writeXml = (root: string, content: XmlElement): string =>
  `${DECLARATION}${String(builder.build({ [root]: content }))}`;

/**
 * The children of the outermost element. All texts stay texts.
 *
 * @throws EucoraError `PLANE_ANSWER_INVALID` for half a document, a page for people, or another document than was asked for
 */
export function readXml(text: string, root: string): XmlElement {
  if (/<!DOCTYPE/i.test(text)) throw notXml(root, 'it is a page for people');
  const flaw = XMLValidator.validate(text);
  if (flaw !== true) throw notXml(root, flaw.err.msg);
  const document = parser.parse(text) as Readonly<Record<string, XmlNode>>;
  const names = Object.keys(document);
  if (names.length !== 1 || names[0] !== root) throw notXml(root, `it is <${names.join('>, <')}>`);
  return elementOf(document[root]);
}

const notXml = (root: string, why: string) =>
  new EucoraError('PLANE_ANSWER_INVALID', { what: `Jamf Pro did not answer with <${root}>: ${why}` });

/** An empty element is read as an empty text. */
export const elementOf = (node: XmlNode): XmlElement =>
  typeof node === 'object' && !Array.isArray(node) ? (node as XmlElement) : {};

export const textOf = (node: XmlNode): string =>
  typeof node === 'object' || node === undefined ? '' : String(node).trim();

/** A list has one, none or many. */
export const listOf = (node: XmlNode): readonly XmlElement[] => {
  if (Array.isArray(node)) return (node as readonly XmlNode[]).map(elementOf);
  return node === undefined || node === '' ? [] : [elementOf(node)];
};

export const flagOf = (node: XmlNode): boolean => textOf(node) === 'true';

/**
 * Where what was kept differs from what was sent: paths such as `policy/general/frequency`. What was not sent is not asked for.
 * Elements of a list are known by their id, and may come in another order.
 */
export function notKept(sent: XmlNode, kept: XmlNode, path: string): readonly string[] {
  if (Array.isArray(sent)) {
    const shown = listOf(kept);
    const missing = (sent as readonly XmlElement[]).some(
      (one) => !shown.some((other) => notKept(one, other, path).length === 0),
    );
    return missing || shown.length !== sent.length ? [path] : [];
  }
  if (typeof sent === 'object') {
    const shown = elementOf(kept);
    return Object.entries(sent).flatMap(([name, value]) =>
      value === undefined ? [] : notKept(value, shown[name], `${path}/${name}`),
    );
  }
  return plain(textOf(sent)) === plain(textOf(kept)) && !isFilled(sent, kept) ? [] : [path];
}

/** Line breaks come back as the server likes them. */
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

/** An element that was sent empty and came back with children. */
const isFilled = (sent: XmlNode, kept: XmlNode) =>
  textOf(sent) === '' && typeof kept === 'object' && Object.keys(kept).length > 0;

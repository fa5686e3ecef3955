import { send, type Answer } from '@eucora/sdk/testing';
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

export interface Element {
  readonly [child: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  htmlEntities: true,
});
const builder = new XMLBuilder({ ignoreAttributes: true, suppressEmptyNode: true });

/** The children of the root, or nothing where the body is no such document. */
export function elementIn(body: unknown, root: string): Element | undefined {
  if (!Buffer.isBuffer(body)) return undefined;
  const text = body.toString('utf8');
  if (XMLValidator.validate(text) !== true) return undefined;
  const document = parser.parse(text) as Element;
  return root in document ? childrenOf(document[root]) : undefined;
}

export const childrenOf = (node: unknown): Element =>
  typeof node === 'object' && node !== null && !Array.isArray(node) ? (node as Element) : {};

export const itemsOf = (list: unknown, name: string): readonly Element[] => {
  const items = childrenOf(list)[name];
  if (items === undefined || items === '') return [];
  return (Array.isArray(items) ? items : [items]).map(childrenOf);
};

export const wordsOf = (node: unknown): string =>
  typeof node === 'string' || typeof node === 'number' ? String(node) : '';

export const xml = (status: number, root: string, content: Element): Answer =>
  send(status, `<?xml version="1.0" encoding="UTF-8"?>\n${String(builder.build({ [root]: content }))}`, {
    'content-type': 'application/xml;charset=UTF-8',
  });

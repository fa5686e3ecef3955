import type { Context } from './context.js';
import { EucoraError, isEucoraError, reasonOf } from './errors.js';
import { untrusted } from './untrusted.js';
import type { EvidenceItem, EvidenceProvider } from './evidence-provider.js';
import { documentsOf, type DocumentKind, type EvidenceDocument, type Order } from './vocabulary.js';

export interface DocumentLimits {
  readonly maxBytes: number;
  /** Levels of nesting. */
  readonly maxDepth: number;
}

/** Real documents have a few megabytes and fewer than 20 levels; one that is parsed holds many times its size in memory. */
export const DOCUMENT_LIMITS: DocumentLimits = { maxBytes: 20 * 1024 * 1024, maxDepth: 100 };

/** The document is not what it has to be. @param what follows its file name: `is not JSON` */
export const invalidDocument = (what: string): EucoraError => new EucoraError('DOCUMENT_INVALID', { what });

/**
 * A provider that reads the documents of some kinds, one item for each. One that cannot be read, or that is about another artifact, is an
 * absence with its reason; so is having none.
 *
 * @param given.read the facts of one document; what it throws becomes the reason, unless it passes: a store that does not answer is asked again.
 *   Documents are read one after the other
 */
export const evidenceFromDocuments = (given: {
  /** Of the items, and of the provider. */
  readonly kind: string;
  /** Default: the kind alone. */
  readonly documents?: readonly DocumentKind[];
  read(ctx: Context, document: EvidenceDocument, order: Order): Promise<object>;
}): EvidenceProvider => ({
  name: given.kind,
  async collect(ctx, order) {
    const by = { kind: given.kind, provider: given.kind };
    const kinds = given.documents ?? [given.kind as DocumentKind];
    const documents = kinds.flatMap((kind) => documentsOf(order.package, kind));
    if (documents.length === 0) return [{ ...by, absent: 'none came with the package' }];
    const items: EvidenceItem[] = [];
    for (const document of documents) {
      const blob = document.sha256;
      try {
        items.push({ ...by, facts: { ...(await given.read(ctx, document, order)) }, blob });
      } catch (cause) {
        ctx.signal.throwIfAborted();
        if (isEucoraError(cause) && cause.errorClass === 'transient') throw cause;
        items.push({
          ...by,
          absent: `${untrusted.text(document.fileName) ?? 'a document'}: ${untrusted.text(reasonOf(cause))}`,
          blob,
        });
      }
    }
    return items;
  },
});

/**
 * The bytes of a document. What is too large by its own account is not even opened; what turns out to be is read no further.
 *
 * @throws EucoraError `DOCUMENT_INVALID` when it is too large; `ARTIFACT_NOT_FOUND`
 */
export async function readDocument(
  ctx: Context,
  { sha256, size }: EvidenceDocument,
  { maxBytes }: Pick<DocumentLimits, 'maxBytes'> = DOCUMENT_LIMITS,
): Promise<Uint8Array> {
  const tooLarge = () => invalidDocument(`is larger than ${maxBytes / 1024 / 1024} MiB`);
  if (size > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of await ctx.artifacts.open(sha256)) {
    ctx.signal.throwIfAborted();
    read += chunk.length;
    if (read > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws EucoraError `DOCUMENT_INVALID` as {@link readDocument} and {@link parseJsonDocument}; `ARTIFACT_NOT_FOUND` */
export const readJsonDocument = async (
  ctx: Context,
  document: EvidenceDocument,
  limits: DocumentLimits = DOCUMENT_LIMITS,
): Promise<unknown> => parseJsonDocument(await readDocument(ctx, document, limits), limits);

/** Depth is counted before anything recursive sees the text. @throws EucoraError `DOCUMENT_INVALID` when it is too deep or no JSON */
export function parseJsonDocument(
  bytes: Uint8Array,
  { maxDepth }: Pick<DocumentLimits, 'maxDepth'> = DOCUMENT_LIMITS,
): unknown {
  const text = decodedDocument(bytes);
  const first = text.trimStart().charAt(0);
  if (first === '') throw invalidDocument('is empty');
  if (first === '<') throw invalidDocument('is XML; only JSON is read');
  if (isDeeper(text, maxDepth)) throw invalidDocument(`is nested more than ${maxDepth} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidDocument('is not JSON, or not all of it');
  }
}

/** Byte order marks are honoured: Windows PowerShell redirects into UTF-16. @throws EucoraError `DOCUMENT_INVALID` */
export function decodedDocument(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw invalidDocument(`is not ${encoding.toUpperCase()}`);
  }
}

/** Counts brackets outside strings, without recursion; what is no JSON at all is left to the parser. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') isInString = !isInString;
    else if (isInString) at += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > limit) return true;
  }
  return false;
}

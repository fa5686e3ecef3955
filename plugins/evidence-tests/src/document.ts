import { readDocument, type Context, type EvidenceDocument } from '@eucora/sdk';
import { invalid } from './xml.js';

/** A report of fifty thousand tests has less; it is read whole, which takes about a second. */
export const LARGEST = 10 * 1024 * 1024;

/** The text of a document. @throws EucoraError `DOCUMENT_INVALID`, `ARTIFACT_NOT_FOUND` */
export async function textOf(ctx: Context, document: EvidenceDocument): Promise<string> {
  const bytes = Buffer.from(await readDocument(ctx, document, { maxBytes: LARGEST }));
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw invalid(`it is not text in ${encoding}`);
  }
}

/** As its first bytes say, as its declaration says, or UTF-8. */
function encodingOf(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  const declaration = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(bytes.toString('latin1', 0, 200));
  return declaration?.[1]?.toLowerCase() ?? 'utf-8';
}

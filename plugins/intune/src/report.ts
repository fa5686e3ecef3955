import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { reasonOf } from '@eucora/sdk';
import yauzl from 'yauzl';
import { notGraph } from './graph.js';

export type ReportRow = Readonly<Record<string, string>>;

const openZip = promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer);

/** Rows of the one CSV in an exported zip, as they are unpacked: the whole text is never in memory. */
export async function* rowsOf(zip: Uint8Array): AsyncIterable<ReportRow> {
  let names: readonly string[] | undefined;
  for await (const fields of records(await csvIn(zip))) {
    if (!names) names = fields;
    else yield Object.fromEntries(names.map((name, at) => [name, fields[at] ?? '']));
  }
}

async function csvIn(zip: Uint8Array): Promise<Readable> {
  const file = await openZip(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), { lazyEntries: true }).catch(
    (cause: unknown) => {
      throw notGraph(`the exported report is not a zip: ${reasonOf(cause)}`);
    },
  );
  return new Promise((resolve, reject) => {
    file.once('error', reject);
    file.once('end', () => reject(notGraph('the exported report is an empty zip')));
    file.once('entry', (entry: yauzl.Entry) =>
      file.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
    );
    file.readEntry();
  });
}

const BYTE_ORDER_MARK = '\uFEFF';

/** RFC 4180: fields may be quoted, and quoted ones may hold commas, line breaks and doubled quotes. */
async function* records(stream: Readable): AsyncIterable<readonly string[]> {
  stream.setEncoding('utf8');
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let afterQuote = false;
  let first = true;

  for await (const chunk of stream as AsyncIterable<string>) {
    for (const char of first && chunk.startsWith(BYTE_ORDER_MARK) ? chunk.slice(1) : chunk) {
      first = false;
      if (quoted) {
        if (char === '"') {
          quoted = false;
          afterQuote = true;
        } else field += char;
        continue;
      }
      if (char === '"') {
        quoted = true;
        if (afterQuote) field += '"';
      } else if (char === ',') {
        fields.push(field);
        field = '';
      } else if (char === '\n') {
        yield [...fields, field];
        fields = [];
        field = '';
      } else if (char !== '\r') field += char;
      afterQuote = false;
    }
  }
  if (field !== '' || fields.length > 0) yield [...fields, field];
}

import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EucoraError, type PackStatement } from '@eucora/sdk';
import { path, type Client } from '../client.js';
import type { Command } from '../command.js';
import { ENVELOPE, fileNameOf } from '../evidence-folder.js';
import { text } from '../input.js';
import { bytes, count } from '../text.js';

export const evidenceExport: Command = {
  name: 'evidence export',
  permission: 'evidence.read',
  summary: 'Write an evidence pack with all its files into a folder, to be verified anywhere',
  notes:
    'The files of a pack are the artifact and every document, so it may be large. A second export into the same folder goes on where the first stopped.',
  args: [{ flags: '<digest>', text: 'SHA-256 of the pack, as eucora status names it' }],
  options: [{ flags: '-o, --output <folder>', text: 'default: pack-<first 12 of the digest>' }],
  examples: ['eucora evidence export 3f0a3e6d5d0c8a71b6b2c5f4e0d9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1 -o ./pack'],
  async run(session, input) {
    const client = await session.client();
    const digest = input.args[0]!;
    const statement = await statementOf(client, digest);
    const output = text(input, 'output') ?? `pack-${digest.slice(0, 12)}`;
    const folder = resolve(session.io.cwd, output);
    await mkdir(join(folder, dirname(fileNameOf('x'))), { recursive: true });
    const there = new Set(await readdir(join(folder, dirname(fileNameOf('x')))));
    const { blobs } = statement.predicate;
    for (const { sha256, size, file_name } of blobs) {
      if (there.has(sha256)) continue;
      session.progress.say(`fetching ${file_name}`, bytes(size));
      await fetchFile(client, { digest, sha256 }, join(folder, fileNameOf(sha256)));
    }
    await fetchFile(client, { digest, sha256: digest }, join(folder, ENVELOPE));
    return {
      document: { digest, folder: output, files: blobs.length },
      text: () =>
        `Wrote ${count(blobs.length, 'file')} and the envelope to ${output}\n-> eucora evidence verify ${output}`,
    };
  },
};

/** A name of a file here, and given by the host: nothing else may become a path. */
const DIGEST = /^[0-9a-f]{64}$/;

async function statementOf(client: Client, digest: string): Promise<PackStatement> {
  const envelope = await client.request<{ readonly payload?: string }>({ path: path`/api/evidence/${digest}/` });
  if (typeof envelope.payload === 'string') {
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as PackStatement;
    if (statement.predicate.blobs.every(({ sha256 }) => DIGEST.test(sha256))) return statement;
    throw new EucoraError('EVIDENCE_TAMPERED', { what: `${digest} names a file by something that is no digest` });
  }
  throw new EucoraError('EVIDENCE_NOT_FOUND', {
    what: `${digest} is what was found out for a run, and no sealed pack`,
    remedy: 'A pack is sealed when the run is let through; eucora status shows its digest then.',
  });
}

/** Under its name only once it is whole, so that a cut export is seen and can go on. */
async function fetchFile(
  client: Client,
  { digest, sha256 }: { readonly digest: string; readonly sha256: string },
  file: string,
): Promise<void> {
  const stream = await client.download({ path: path`/api/evidence/${digest}/files/${sha256}/` });
  await pipeline(stream, createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}

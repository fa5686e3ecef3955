import { createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EucoraError, keyIdOf, verifyPack } from '@eucora/sdk';
import type { Command, Input, Session } from '../command.js';
import { ENVELOPE, fileNameOf } from '../evidence-folder.js';
import { unreadable } from '../files.js';
import { texts } from '../input.js';
import { count } from '../text.js';
import { DEFAULT_DATA_DIR } from '../token.js';

export const evidenceVerify: Command = {
  name: 'evidence verify',
  permission: 'local',
  summary: 'Check an exported evidence pack, asking nobody',
  notes:
    'Every byte is checked: the signature, the digests, each file. The key is the whole trust: take it from the hub once (eucora evidence keys) ' +
    'and keep it elsewhere than the packs. Exits 1 when anything is not as it was sealed.',
  args: [{ flags: '<folder>', text: 'as eucora evidence export wrote it' }],
  options: [
    {
      flags: '--key <file>',
      text: 'public key of the hub, PEM (default: signing-key.pub of the data directory)',
      repeated: true,
    },
  ],
  examples: ['eucora evidence verify ./pack --key hub.pub'],
  async run(session, input) {
    const folder = resolve(session.io.cwd, input.args[0]!);
    const keys = await keysOf(session, input);
    const envelope = await readFile(join(folder, ENVELOPE)).catch((cause: unknown) => {
      throw unreadable(join(input.args[0]!, ENVELOPE), cause);
    });
    const checked = await verifyPack({ envelope, blob: (sha256) => fileIn(folder, sha256) }, keys);
    const { digest, complaints, statement } = checked;
    if (complaints.length > 0 || !statement)
      throw new EucoraError('EVIDENCE_TAMPERED', {
        what: `${input.args[0]} is not as it was sealed:\n${complaints.map((complaint) => `  ${complaint}`).join('\n')}`,
        details: { digest, complaints },
      });
    const { correlation_id, plane, sealed_at, blobs } = statement.predicate;
    return {
      document: { digest, intact: true, correlation_id, plane, sealed_at, files: blobs.length },
      text: () =>
        `Intact: ${count(blobs.length, 'file')}, sealed ${sealed_at} for ${correlation_id} on ${plane}\npack ${digest}`,
    };
  },
};

async function keysOf({ io }: Session, input: Input): Promise<readonly string[]> {
  const own = join(io.env.EUCORA_DATA_DIR ?? DEFAULT_DATA_DIR, 'signing-key.pub');
  const named = texts(input, 'key') ?? [own];
  const pems = await Promise.all(
    named.map((file) =>
      readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
        throw unreadable(file, cause);
      }),
    ),
  );
  return pems
    .flatMap((text) => text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----\n?/g) ?? noKey(named))
    .map(checkedKey);
}

function checkedKey(pem: string): string {
  try {
    keyIdOf(pem);
    return pem;
  } catch {
    return noKey(['what was given']);
  }
}

function noKey(files: readonly string[]): never {
  throw new EucoraError('INPUT_INVALID', {
    what: `${files.join(', ')}: no public key in PEM form`,
    remedy: 'eucora evidence keys -o hub.pub',
  });
}

async function fileIn(folder: string, sha256: string) {
  const file = join(folder, fileNameOf(sha256));
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  return isThere ? (createReadStream(file) as AsyncIterable<Uint8Array>) : undefined;
}

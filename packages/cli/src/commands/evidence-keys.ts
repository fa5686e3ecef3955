import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';

export const evidenceKeys: Command = {
  name: 'evidence keys',
  permission: 'anybody',
  summary: 'Show the public keys that packs of this hub are verified with',
  notes: 'Whoever has them can verify packs without the hub. The first signs now; the others did before.',
  options: [{ flags: '-o, --output <file>', text: 'write them to this file in place of stdout' }],
  examples: ['eucora evidence keys -o hub.pub'],
  async run(session, input) {
    const client = await session.client();
    const keys = await client.request<{ readonly public_keys: readonly string[] }>({ path: path`/api/keys/` });
    const pem = keys.public_keys.map((key) => `${key.trim()}\n`).join('');
    const file = text(input, 'output');
    if (file === undefined) return { document: keys, text: () => pem.trim() };

    await writeFile(resolve(session.io.cwd, file), pem);
    return { document: { ...keys, file }, text: () => `Wrote ${keys.public_keys.length} to ${file}` };
  },
};

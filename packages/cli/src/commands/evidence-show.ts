import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PackStatement } from '@eucora/sdk';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';

export const evidenceShow: Command = {
  name: 'evidence show',
  permission: 'evidence.read',
  summary: 'Show an evidence pack: what the decision on a run rested on',
  notes: 'Of a sealed pack the statement is shown, its signature unchecked: eucora evidence export and verify do that.',
  args: [{ flags: '<digest>', text: 'SHA-256 of the pack or of the evidence, as eucora status names it' }],
  options: [{ flags: '-o, --output <file>', text: 'write it to this file in place of stdout' }],
  examples: [
    'eucora evidence show 3f0a3e6d5d0c8a71b6b2c5f4e0d9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1',
    'eucora evidence show 3f0a3e6d5d0c8a71b6b2c5f4e0d9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1 -o evidence.json',
  ],
  async run(session, input) {
    const client = await session.client();
    const digest = input.args[0]!;
    const stored = await client.request<{ readonly payload?: string }>({ path: path`/api/evidence/${digest}/` });
    const shown =
      typeof stored.payload === 'string'
        ? (JSON.parse(Buffer.from(stored.payload, 'base64').toString()) as PackStatement)
        : stored;
    const whole = JSON.stringify(shown, null, 2);
    const file = text(input, 'output');
    if (file === undefined) return { document: shown, text: () => whole };

    await writeFile(resolve(session.io.cwd, file), `${whole}\n`);
    return { document: { digest, file }, text: () => `Wrote ${digest} to ${file}` };
  },
};

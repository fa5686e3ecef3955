import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startContender } from '../contender.js';
import type { Bench, Figure } from '../figure.js';
import { postgres, type Server } from '../grounds/postgres.js';
import { duel } from '../harness.js';

/** MB, all that the process ever held. */
const MOST_MEMORY = 200;

interface Ground {
  readonly bench: Bench;
  readonly server: Server;
  readonly folder: string;
}

export const e1: Figure = {
  id: 'E1',
  name: 'evidence-packs',
  parts: [
    duel<Ground>({
      what: 'bytes a second while the pack of a 1 GB artifact is sealed, on PostgreSQL',
      against: 'SHA-256 over the same bytes',
      ground: async (bench, scope) => ({
        bench,
        server: await postgres(scope),
        folder: await mkdtemp(join(bench.temporary, 'e1-')),
      }),
      ours: async ({ server, folder }, _scope, nodeArgs) =>
        startContender(
          'sealed-packs.mjs',
          { databaseUrl: await server.database('hub'), dataDir: folder, memoryFile: memoryFileIn(folder) },
          nodeArgs,
        ),
      theirs: async ({ folder }) => startContender('plain-hash', { folder }),
      async verify({ folder }) {
        const [before, most] = (await readFile(memoryFileIn(folder), 'utf8')).split(' ').map(Number);
        if (Number(most) >= MOST_MEMORY) throw new Error(`it held ${most} MB, and ${MOST_MEMORY} MB are too many`);
        return `it never held more than ${most} MB, ${before} MB of them before there was an artifact (under ${MOST_MEMORY} MB are asked for)`;
      },
    }),
    duel({
      what: 'exported packs verified a second, of 1,000',
      against: 'SHA-256 over the same files',
      ground: async (bench) => mkdtemp(join(bench.temporary, 'e1-')),
      ours: async (folder, _scope, nodeArgs) =>
        startContender('verified-packs', { folder: join(folder, 'a') }, nodeArgs),
      theirs: async (folder) => startContender('hashed-packs', { folder: join(folder, 'b') }),
    }),
  ],
};

const memoryFileIn = (folder: string) => join(folder, 'memory');

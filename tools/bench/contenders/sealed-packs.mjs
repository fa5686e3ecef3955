import { writeFile } from 'node:fs/promises';
import { openStorage } from '@eucora/adapters';
import { createHub } from '@eucora/engine';
import { artifactEvidence } from '@eucora/plugin-evidence-artifact';
import { definePlane, packageKey } from '@eucora/sdk';
import { LARGE, largeArtifact } from './large-artifact.mjs';

/** MB, at any time so far. */
const mostMemory = () => Math.round(process.resourceUsage().maxRSS / 1024);

/**
 * Sealing the pack of a run whose artifact is a gigabyte, on a plane that has nothing to do. Units are bytes of the artifact.
 *
 * @param {{ databaseUrl: string, dataDir: string, memoryFile: string }} settings `memoryFile`: where the most memory is written to that it held,
 *   in MB: before there was an artifact, and so far
 * @returns {Promise<import('../contender.js').Contender>}
 */
export async function prepare({ databaseUrl, dataDir, memoryFile }) {
  const storage = await openStorage({ databaseUrl, dataDir });
  const hub = createHub({ planes: { idle: idlePlane() }, evidence: [artifactEvidence], storage });
  const before = mostMemory();
  const intent = await intentFor(hub);

  const seal = async () => {
    const began = performance.now();
    const { correlationId } = await hub.publish(intent, { ring: 'lab' }, 'ada');
    await hub.settle();
    const took = performance.now() - began;
    const [run] = (await hub.status(correlationId)).runs;
    if (!run?.pack) throw new Error(`no pack was sealed: ${run?.status} ${run?.reason ?? ''}`);
    await writeFile(memoryFile, `${before} ${mostMemory()}`);
    return took;
  };
  return {
    async slice(ms) {
      let [done, took] = [0, 0];
      while (took < ms) {
        took += await seal();
        done += LARGE;
      }
      return { done, ms: took };
    },
    close: () => storage.close(),
  };
}

/** @param {import('@eucora/engine').Hub} hub */
async function intentFor(hub) {
  const { sha256, size } = await hub.addArtifact(largeArtifact());
  const pkg = await hub.addPackage(
    {
      name: 'tool',
      version: '1.0.0',
      platform: 'windows',
      publisher: 'Example',
      artifact: { sha256, size, fileName: 'tool.exe' },
      installCommand: 'tool.exe /install',
      uninstallCommand: 'tool.exe /uninstall',
      detection: [{ kind: 'file', path: 'C:\\Tools', fileName: 'tool.exe' }],
    },
    'grace',
  );
  /** @type {import('@eucora/engine').NewIntent['rings']} */
  const rings = [{ ring: 'lab', scopes: { idle: { include: ['lab'] } } }];
  return (await hub.createIntent({ packageKey: packageKey(pkg), planes: ['idle'], rings }, 'ada')).id;
}

const idlePlane = () =>
  definePlane({
    check: async (ctx) => ({ healthy: true, detail: 'idle', latencyMs: 0, checkedAt: ctx.now().toISOString() }),
    desired: () => ({}),
    observe: async () => ({ packages: [], assignments: [] }),
    diff: () => [],
    execute: async () => ({}),
    async *deviceStates() {
      yield [{ deviceId: 'one', status: 'installed' }];
    },
  });

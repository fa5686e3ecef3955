import { writeFile } from 'node:fs/promises';
import { openStorage } from '@eucora/adapters';
import { createHub, type Hub } from '@eucora/engine';
import { artifactEvidence } from '@eucora/plugin-evidence-artifact';
import { definePlane, packageKey, type ExecutionPlane } from '@eucora/sdk';
import type { Contender } from '../contender.js';
import { repeated } from './callers.js';
import { LARGE, largeArtifact } from './large-artifact.js';

export interface SealedPackSettings {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Where the most memory is written to that it held, in MB: before there was an artifact, and so far. */
  readonly memoryFile: string;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Sealing the pack of a run whose artifact is a gigabyte, on a plane that has nothing to do. Units are bytes of the artifact. */
export async function prepare({ databaseUrl, dataDir, memoryFile }: SealedPackSettings): Promise<Contender> {
  const storage = await openStorage({ databaseUrl, dataDir, log: silent });
  const hub = createHub({ planes: { idle: idlePlane() }, evidence: [artifactEvidence], storage });
  const before = mostMemory();
  const intent = await intentFor(hub);

  const seal = async () => {
    const began = performance.now();
    const { correlationId } = await hub.publish(intent, { ring: 'lab' }, 'ada');
    await hub.settle();
    const took = performance.now() - began;
    const [run] = (await hub.status(correlationId)).runs;
    if (!run!.pack) throw new Error(`no pack was sealed: ${run!.status} ${run!.reason ?? ''}`);
    await writeFile(memoryFile, `${before} ${mostMemory()}`);
    return took;
  };
  return {
    async slice(ms) {
      const { done, ms: took } = await repeated(ms, seal);
      return { done: done * LARGE, ms: took };
    },
    close: () => storage.close(),
  };
}

/** MB, at any time so far. */
const mostMemory = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

async function intentFor(hub: Hub): Promise<string> {
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
  const rings = [{ ring: 'lab' as const, scopes: { idle: { include: ['lab'] } } }];
  return (await hub.createIntent({ packageKey: packageKey(pkg), planes: ['idle'], rings }, 'ada')).id;
}

const idlePlane = (): ExecutionPlane =>
  definePlane<object, { packages: []; assignments: [] }>({
    check: async (ctx) => ({ healthy: true, detail: 'idle', latencyMs: 0, checkedAt: ctx.now().toISOString() }),
    desired: () => ({}),
    observe: async () => ({ packages: [], assignments: [] }),
    diff: () => [],
    execute: async () => ({}),
    async *deviceStates() {
      yield [{ deviceId: 'one', status: 'installed' }];
    },
  });

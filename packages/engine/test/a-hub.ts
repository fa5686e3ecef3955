import { createHash } from 'node:crypto';
import type { Package } from '@eucora/sdk';
import { createHub, memoryStorage, type Clock, type Hub, type HubOptions, type NewIntent } from '@eucora/engine';
import { aPlane } from './a-plane.js';

/** Time that moves only when told to, or when somebody sleeps on it. */
export function aClock(start = Date.parse('2026-01-05T09:00:00Z')): Clock & { advance(ms: number): void } {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers]) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => (sleepers.delete(sleeper), reject(signal.reason)), { once: true });
      }),
  };
}

export const bytesOf = (text: string) => Buffer.from(text);

export async function givenHub(options: Partial<HubOptions> = {}) {
  const clock = aClock();
  const plane = aPlane();
  const storage = options.storage ?? memoryStorage(clock);
  const hub = createHub({ planes: { plane: plane.plane }, storage, clock, ...options });
  plane.devices('group-lab', 'installed', 'installed');
  return { hub, clock, storage, ...plane, plane: plane.plane };
}

export async function givenPackage(hub: Hub, version: string, more: Partial<Package> = {}): Promise<string> {
  const bytes = bytesOf(`tool ${version}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await hub.addArtifact(one(bytes), { sha256 });
  const pkg: Package = {
    name: 'tool',
    version,
    platform: 'windows',
    publisher: 'Example',
    artifact: { sha256, size: bytes.length, fileName: 'tool.exe' },
    installCommand: 'tool.exe /install',
    uninstallCommand: 'tool.exe /uninstall',
    detection: [{ kind: 'file', path: 'C:\\Tools', fileName: 'tool.exe' }],
    ...more,
  };
  await hub.addPackage(pkg, 'packager');
  return `${pkg.name}@${version}/${pkg.platform}`;
}

export async function givenIntent(hub: Hub, version: string, more: Partial<NewIntent> = {}): Promise<string> {
  const packageKey = await givenPackage(hub, version);
  const intent = await hub.createIntent(
    {
      packageKey,
      planes: ['plane'],
      rings: [
        { ring: 'lab', scopes: { plane: { include: ['group-lab'] } } },
        { ring: 'canary', scopes: { plane: { include: ['group-canary'] } } },
      ],
      ...more,
    },
    'publisher',
  );
  return intent.id;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

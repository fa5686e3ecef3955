import type { Hub } from '@eucora/engine';
import { packageKey, sha256Hex } from '@eucora/sdk';

const INSTALLER = new TextEncoder().encode('the installer of a tool '.repeat(2_000));

/** An intent for the lab ring, and the package that it is about, when it is not there yet. @returns its id */
export async function newIntent(hub: Hub, plane: string, include: readonly string[]): Promise<string> {
  const { sha256, size } = await hub.addArtifact(inOnePiece(), { sha256: sha256Hex(INSTALLER) });
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
  const rings = [{ ring: 'lab' as const, scopes: { [plane]: { include } } }];
  return (await hub.createIntent({ packageKey: packageKey(pkg), planes: [plane], rings }, 'ada')).id;
}

async function* inOnePiece(): AsyncGenerator<Uint8Array> {
  yield INSTALLER;
}

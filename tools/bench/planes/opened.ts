import type { Hub } from '@eucora/engine';
import { packageKey, sha256Hex, type ExecutionPlane, type Package, type Platform, type Plugin } from '@eucora/sdk';
import { makeDeb } from '@eucora/plugin-landscape/simulator';
import type { PlaneFacts, PlaneId } from './plane.js';

/** The plane as the plugin's package gives it, not connected yet. */
export async function openPlane({ id, config }: PlaneFacts): Promise<ExecutionPlane> {
  const { default: plugin } = (await import(`@eucora/plugin-${id}`)) as { default: Plugin<'plane'> };
  const read = await plugin.config['~standard'].validate(config);
  if (read.issues) throw new Error(read.issues.map(({ message }) => message).join('; '));
  return plugin.create(read.value, { id });
}

const PLATFORM: Readonly<Record<PlaneId, Platform>> = {
  intune: 'windows',
  jamf: 'macos',
  sccm: 'windows',
  landscape: 'linux',
  ansible: 'linux',
};

/** An intent for the lab of each of these planes, and the packages that it is about. @param name of the application @returns its id */
export async function newIntentFor(hub: Hub, planes: readonly PlaneFacts[], name = 'tool'): Promise<string> {
  for (const platform of new Set(planes.map(({ id }) => PLATFORM[id]))) await addPackage(hub, name, platform);
  const scopes = Object.fromEntries(planes.map(({ id, target }) => [id, { include: [target] }]));
  const [only] = planes;
  const platform = planes.length === 1 ? `/${PLATFORM[only!.id]}` : '';
  const request = { packageKey: `${name}@1.0.0${platform}`, planes: planes.map(({ id }) => id) };
  return (await hub.createIntent({ ...request, rings: [{ ring: 'lab', scopes }] }, 'ada')).id;
}

async function addPackage(hub: Hub, name: string, platform: Platform): Promise<string> {
  const bytes =
    platform === 'linux'
      ? makeDeb({ name, version: '1.0.0' })
      : new TextEncoder().encode(`the installer of ${name} `.repeat(2_000));
  const { sha256, size } = await hub.addArtifact(inOnePiece(bytes), { sha256: sha256Hex(bytes) });
  const fileName = { windows: 'tool.exe', macos: 'tool.pkg', linux: `${name}_1.0.0_all.deb` }[platform as 'linux'];
  const detection: Package['detection'] =
    platform === 'linux'
      ? [{ kind: 'package', name, version: '1.0.0' }]
      : [{ kind: 'file', path: platform === 'macos' ? '/Applications' : 'C:\\Tools', fileName: 'tool' }];
  const pkg = await hub.addPackage(
    {
      name,
      version: '1.0.0',
      platform,
      publisher: 'Example',
      artifact: { sha256, size, fileName },
      installCommand: 'tool /install',
      uninstallCommand: 'tool /uninstall',
      detection,
    },
    'grace',
  );
  return packageKey(pkg);
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

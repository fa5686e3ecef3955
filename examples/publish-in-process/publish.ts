import { createHub, ENDED, type Clock, type Hub } from '@eucora/engine';
import { sandbox } from '@eucora/plugin-sandbox';
import { isEucoraError, packageKey, sha256Hex, type Package } from '@eucora/sdk';

export interface Surroundings {
  readonly clock: Clock;
  /** Lets time pass. @param ms milliseconds */
  readonly wait: (ms: number) => Promise<void>;
  /** Gets one line for each thing that happens. */
  readonly say: (line: string) => void;
}

/** Publishes two versions to the lab ring of a sandbox, and takes the second back. */
export async function publishInProcess({ clock, wait, say }: Surroundings): Promise<void> {
  const plane = sandbox({ targets: { 'lab-devices': 8 }, checkInSeconds: 4 });
  const hub = createHub({ planes: { sandbox: plane }, clock, settings: { observeMinMs: 1_000 } });
  const scene = { hub, wait, say };

  const older = await publish(scene, '1.0.0');
  await again(scene, older);

  const newer = await publish(scene, '1.1.0');
  await hub.rollback(newer.intentId, { correlationId: newer.correlationId, reason: 'the lab does not like it' }, 'ada');
  await finished(scene, newer.correlationId);

  const { events, broken } = await hub.verify();
  say(`${events} events, ${broken ? `broken at ${broken.position}` : 'chain intact'}`);
}

type Scene = Pick<Surroundings, 'wait' | 'say'> & { readonly hub: Hub };

interface Published {
  readonly intentId: string;
  readonly correlationId: string;
}

/** From bytes to devices: artifact, package, intent, plan, run. */
async function publish(scene: Scene, version: string): Promise<Published> {
  const { hub, say } = scene;
  const pkg = await hub.addPackage(await packageOf(hub, version), 'grace');
  const intent = await hub.createIntent(
    {
      packageKey: packageKey(pkg),
      planes: ['sandbox'],
      rings: [{ ring: 'lab', scopes: { sandbox: { include: ['lab-devices'] } } }],
    },
    'ada',
  );

  const plan = await hub.plan(intent.id, { ring: 'lab' }, 'ada');
  for (const { summary } of plan.runs[0]!.operations ?? []) say(`will ${summary}`);

  const { correlationId } = await hub.publish(intent.id, { ring: 'lab' }, 'ada');
  await finished(scene, correlationId);
  return { intentId: intent.id, correlationId };
}

/** Asking twice with one correlation id is asking once. */
async function again({ hub, say }: Scene, { intentId, correlationId }: Published): Promise<void> {
  try {
    await hub.publish(intentId, { ring: 'lab', correlationId }, 'ada');
  } catch (cause) {
    if (!isEucoraError(cause) || cause.code !== 'DUPLICATE_REQUEST') throw cause;
    say(`the same again: ${cause.statusCode} ${cause.code}`);
  }
}

/** Does what is due, and looks again in a moment, until there is nothing left to wait for. */
async function finished({ hub, wait, say }: Scene, correlationId: string): Promise<void> {
  let last = '';
  for (;;) {
    await hub.settle();
    const publish = await hub.status(correlationId);
    const { kind, status, runs } = publish.rollback ?? publish;
    const { compliance, lastError } = runs[0]!;
    const installed = compliance ? `, ${compliance.installed} of ${compliance.targeted} devices` : '';
    const line = `${kind} ${runs[0]!.order.package.version}: ${status}${installed}`;
    if (line !== last) say(line);
    if (lastError && ENDED.has(status)) throw new Error(lastError.what);
    if (ENDED.has(status)) return;
    last = line;
    await wait(500);
  }
}

/** Any bytes will do for a plane that installs nothing. */
async function packageOf(hub: Hub, version: string): Promise<Package> {
  const bytes = new TextEncoder().encode(`the installer of Example Tool ${version}`);
  const { sha256, size } = await hub.addArtifact(inOnePiece(bytes), { sha256: sha256Hex(bytes) });
  return {
    name: 'Example Tool',
    version,
    platform: 'linux',
    publisher: 'Example Org',
    artifact: { sha256, size, fileName: 'example-tool.deb' },
    installCommand: 'apt-get install -y ./example-tool.deb',
    uninstallCommand: 'apt-get remove -y example-tool',
    detection: [{ kind: 'package', name: 'example-tool', version }],
  };
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

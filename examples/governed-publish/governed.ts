import { createHub, ENDED, type Clock, type Hub, type Run } from '@eucora/engine';
import { artifactEvidence } from '@eucora/plugin-evidence-artifact';
import { sbomEvidence } from '@eucora/plugin-evidence-sbom';
import { scanEvidence } from '@eucora/plugin-evidence-scan';
import { agent } from '@eucora/plugin-gate-agent';
import { cab } from '@eucora/plugin-gate-cab';
import { evidence } from '@eucora/plugin-gate-evidence';
import { promotion } from '@eucora/plugin-gate-promotion';
import { separationOfDuties } from '@eucora/plugin-gate-separation-of-duties';
import { vulnerabilities } from '@eucora/plugin-gate-vulnerabilities';
import { sandbox } from '@eucora/plugin-sandbox';
import { packageKey, reasonOf, sha256Hex, verifyPack, type DocumentKind } from '@eucora/sdk';
import { sbom, scan } from './documents.js';

export interface Surroundings {
  readonly clock: Clock;
  /** Lets time pass. @param ms milliseconds */
  readonly wait: (ms: number) => Promise<void>;
  /** Gets one line for each thing that happens. */
  readonly say: (line: string) => void;
}

const CVE = 'CVE-2026-0001';

/**
 * One package on its way to the second ring, with everything in between that governance is for. Grace packages, Ada publishes,
 * Sam reviews security, Carol and Dave are the board, and `build-bot` is an agent.
 */
export async function governedPublish({ clock, wait, say }: Surroundings): Promise<void> {
  const hub = createHub({
    planes: { sandbox: sandbox({ targets: { 'lab-devices': 4, 'canary-devices': 20 }, checkInSeconds: 4 }) },
    evidence: [artifactEvidence, sbomEvidence(), scanEvidence()],
    gates: [
      evidence({ allowUnknownAge: true }),
      vulnerabilities(),
      separationOfDuties(),
      promotion(),
      cab({ rules: [{ rings: ['canary'], needed: 2 }] }),
      agent({ agents: [{ subject: 'build-bot', rings: ['lab'] }] }),
    ],
    clock,
    settings: { observeMinMs: 1_000 },
  });
  const scene: Scene = { hub, wait, say };
  const { key, intentId } = await prepare(scene);

  tell(say, 'without a scan', await publish(scene, intentId, 'lab'));
  await attach(hub, key, 'scan', scan('tool.msi', [{ id: CVE, severity: 'HIGH' }]));
  tell(say, 'with a finding', await publish(scene, intentId, 'lab'));

  const expiresAt = new Date(clock.now().getTime() + 14 * 86_400_000).toISOString();
  const reason = 'the parser is not reachable from outside';
  await hub.grantWaiver({ gate: 'vulnerabilities', subjects: [CVE], package: 'tool@1.0.0', reason, expiresAt }, 'sam');
  tell(say, 'with a waiver', await publish(scene, intentId, 'lab'));

  tell(say, 'by an agent', await publish(scene, intentId, 'canary', { by: 'build-bot', riskClass: 'R1' }));

  const waiting = await publish(scene, intentId, 'canary');
  tell(say, 'to canary', waiting);
  await board(scene, key);
  const run = await finished(scene, waiting.correlationId);
  tell(say, 'approved by two', run);
  await prove(scene, run.pack!);
}

type Scene = Pick<Surroundings, 'wait' | 'say'> & { readonly hub: Hub };

async function prepare({ hub }: Scene): Promise<{ readonly key: string; readonly intentId: string }> {
  const installer = await store(hub, 'the installer of Example Tool 1.0.0');
  const bom = await store(hub, sbom('tool', '1.0.0', installer.sha256));
  const pkg = await hub.addPackage(
    {
      name: 'tool',
      version: '1.0.0',
      platform: 'linux',
      publisher: 'Example Org',
      artifact: { ...installer, fileName: 'tool.msi' },
      sbom: { ...bom, fileName: 'tool.cdx.json' },
      installCommand: 'install tool',
      uninstallCommand: 'remove tool',
      detection: [{ kind: 'package', name: 'tool' }],
    },
    'grace',
  );
  const rings = [
    { ring: 'lab' as const, scopes: { sandbox: { include: ['lab-devices'] } } },
    { ring: 'canary' as const, scopes: { sandbox: { include: ['canary-devices'] } } },
  ];
  const { id } = await hub.createIntent({ packageKey: packageKey(pkg), planes: ['sandbox'], rings }, 'ada');
  return { key: packageKey(pkg), intentId: id };
}

/** The board looks; whoever has another hand in it may not; a new scan makes the first yes void. */
async function board({ hub, say }: Scene, key: string): Promise<void> {
  const waiting = async () => (await hub.approvals({ status: 'WAITING' })).items[0]!;
  const first = await waiting();
  for (const by of ['ada', 'grace']) {
    await hub.approve(first.id, {}, by).catch((cause: unknown) => say(`refused: ${reasonOf(cause)}`));
  }
  await hub.approve(first.id, { note: 'looks fine' }, 'carol');
  await attach(
    hub,
    key,
    'scan',
    scan('tool.msi', [
      { id: CVE, severity: 'HIGH' },
      { id: 'CVE-2026-0002', severity: 'LOW' },
    ]),
  );
  await hub.approve(first.id, {}, 'dave');
  await hub.settle();
  const { items } = await hub.approvals({ status: 'VOID' });
  say(`void: ${items[0]!.note}`);
  const second = await waiting();
  for (const by of ['carol', 'dave']) await hub.approve(second.id, { note: 'seen again' }, by);
}

/** What an auditor does with an exported pack, years later and without the hub. */
async function prove({ hub, say }: Scene, pack: string): Promise<void> {
  const envelope = Buffer.from(await collected(await hub.artifact(pack)));
  const files = { envelope, blob: (sha256: string) => hub.artifact(sha256) };
  const { statement, complaints } = await verifyPack(files, hub.publicKeys);
  say(`pack ${complaints.length === 0 ? 'intact' : complaints.join()}: ${statement!.predicate.blobs.length} files`);
  envelope[envelope.length >> 1]! ^= 1;
  say(`one byte changed: ${(await verifyPack(files, hub.publicKeys)).complaints.join()}`);
  const { broken } = await hub.verify();
  say(broken ? `chain broken at ${broken.position}` : 'chain intact');
}

async function publish(
  scene: Scene,
  intentId: string,
  ring: 'lab' | 'canary',
  { by = 'ada', riskClass }: { readonly by?: string; readonly riskClass?: 'R1' } = {},
): Promise<Run> {
  const request = { ring, ...(riskClass && { agent: { riskClass } }) };
  await scene.wait(1_000);
  const { correlationId } = await scene.hub.publish(intentId, request, by);
  return finished(scene, correlationId);
}

/** Does what is due, and looks again in a moment, until it has ended or waits for a person. */
async function finished({ hub, wait }: Scene, correlationId: string): Promise<Run> {
  for (;;) {
    await hub.settle();
    const [run] = (await hub.status(correlationId)).runs;
    if (ENDED.has(run!.status) || run!.status === 'AWAITING_APPROVAL') return run!;
    await wait(500);
  }
}

function tell(say: (line: string) => void, when: string, { status, reason, verdicts, compliance }: Run): void {
  const asked = verdicts.filter(({ decision }) => decision === 'needs_approval').flatMap(({ reasons }) => reasons);
  const why = status === 'AWAITING_APPROVAL' ? asked.join('; ') : reason;
  const devices = compliance && `${compliance.installed} of ${compliance.targeted} devices`;
  say(`${when}: ${[status, why ?? devices].filter((part) => part !== undefined).join(', ')}`);
}

async function attach(hub: Hub, key: string, kind: DocumentKind, text: string): Promise<void> {
  await hub.attach(key, { kind, ...(await store(hub, text)), fileName: `${kind}.json` }, 'grace');
}

const store = (hub: Hub, text: string) =>
  hub.addArtifact(inOnePiece(new TextEncoder().encode(text)), { sha256: sha256Hex(text) });

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

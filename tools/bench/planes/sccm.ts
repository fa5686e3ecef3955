import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollout, startSccmSimulator } from '@eucora/plugin-sccm/simulator';
import { atOnce } from './at-once.js';
import type { StartFresh } from './plane.js';

const { devices, groups } = rollout(10);
const SHARE = '\\\\files.contoso.example\\eucora';

const folder = await mkdtemp(join(tmpdir(), 'eucora-bench-sccm-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const start: StartFresh = async (port) => {
  const simulator = await startSccmSimulator({
    port,
    fleet: { ...atOnce, devices },
    content: { share: SHARE, folder },
    delays: { contentPackage: 0, statusRow: 0, distribution: 0, evaluation: 0, summary: 0, listLag: 0 },
  });
  const config = {
    adminServiceUrl: simulator.adminServiceUrl,
    siteCode: simulator.siteCode,
    negotiate: { kind: 'token', token: 'env:PROOF' },
    authoring: { kind: 'https', url: simulator.authoringUrl, token: 'env:AUTHORING' },
    contentShare: SHARE,
    contentFolder: folder,
    distributionPointGroups: [simulator.pointGroups[0]!.name],
    contentPollMs: 1,
    collectionPollMs: 1,
    consistencyMs: 0,
  };
  const secrets = { 'env:PROOF': simulator.issueProof(), 'env:AUTHORING': simulator.authoringToken };
  return {
    facts: { id: 'sccm', url: simulator.url, config, secrets, target: groups.lab! },
    close: () => simulator.close(),
  };
};

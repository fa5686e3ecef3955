import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollout, serveFolder, startLandscapeSimulator } from '@eucora/plugin-landscape/simulator';
import { atOnce } from './at-once.js';
import type { StartFresh } from './plane.js';

const { devices, groups } = rollout(10);
const artifactFolder = await mkdtemp(join(tmpdir(), 'eucora-bench-landscape-'));
process.on('exit', () => rmSync(artifactFolder, { recursive: true, force: true }));
const web = await serveFolder(artifactFolder);

export const start: StartFresh = async (port) => {
  const simulator = await startLandscapeSimulator({
    port,
    fleet: { ...atOnce, devices },
    delays: { import: 0, publish: 0, pocket: 0 },
  });
  const { url, accessKey, secretKey, publications } = simulator;
  const config = {
    url,
    accessKey: 'env:ACCESS',
    secretKey: 'env:SECRET',
    repository: { publications, artifactFolder, artifactBaseUrl: web.url },
    operationPollMs: 1,
  };
  const secrets = { 'env:ACCESS': accessKey, 'env:SECRET': secretKey };
  return { facts: { id: 'landscape', url, config, secrets, target: groups.lab! }, close: () => simulator.close() };
};

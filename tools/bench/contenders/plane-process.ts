import {
  startIntuneSimulator,
  generateCertificate,
  rollout,
  type IntuneSimulator,
} from '@eucora/plugin-intune/simulator';
import type { Plane } from './plane.js';

/**
 * A simulator of Intune that is in no hurry to be slow: nothing takes it any time, devices check in and install at once. Each
 * message is answered with an empty tenant at the same address.
 */
const { certificate, privateKey } = generateCertificate();
const { devices, groups } = rollout(10);
let simulator: IntuneSimulator | undefined;

async function freshPlane(): Promise<Plane> {
  const port = simulator?.port ?? 0;
  await simulator?.close();
  simulator = await startIntuneSimulator({
    port,
    certificate,
    fleet: { seed: 1, devices, checkInMs: 1, installMs: 0 },
    delays: { address: 0, commit: 0, publish: 0, report: 0 },
  });
  const { url, graphUrl, loginUrl, tenantId, clientId } = simulator;
  return { url, graphUrl, loginUrl, tenantId, clientId, certificate, privateKey, group: groups.lab! };
}

process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', () => void freshPlane().then((plane) => process.send!(plane)));

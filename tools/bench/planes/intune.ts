import { generateCertificate, rollout, startIntuneSimulator } from '@eucora/plugin-intune/simulator';
import { atOnce } from './at-once.js';
import type { StartFresh } from './plane.js';

const { certificate, privateKey } = generateCertificate();
const { devices, groups } = rollout(10);

export const start: StartFresh = async (port) => {
  const simulator = await startIntuneSimulator({
    port,
    certificate,
    fleet: { ...atOnce, devices },
    delays: { address: 0, commit: 0, publish: 0, report: 0 },
  });
  const { url, graphUrl, loginUrl, tenantId, clientId } = simulator;
  const config = {
    tenantId,
    clientId,
    certificate: 'env:CERTIFICATE',
    privateKey: 'env:PRIVATE_KEY',
    graphUrl,
    loginUrl,
    extraHosts: [new URL(url).host],
    filePollMs: 1,
    publishPollMs: 1,
    reportPollMs: 1,
    consistencyMs: 0,
  };
  const secrets = { 'env:CERTIFICATE': certificate, 'env:PRIVATE_KEY': privateKey };
  return { facts: { id: 'intune', url, config, secrets, target: groups.lab! }, close: () => simulator.close() };
};

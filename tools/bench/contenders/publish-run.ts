import { createHub, ENDED, type Storage } from '@eucora/engine';
import { intune, intuneConfig } from '@eucora/plugin-intune';
import { testContext } from '@eucora/sdk/testing';
import { newIntent } from './new-intent.js';
import type { Plane } from './plane.js';

/**
 * A publish from being asked for to being settled, by a hub of its own that has yet to connect to the plane.
 *
 * @param storage default: in memory
 * @returns milliseconds that it took; making the package and the intent is not in it
 */
export async function publishRun(at: Plane, storage?: Storage): Promise<number> {
  const config = await intuneConfig['~standard'].validate({
    tenantId: at.tenantId,
    clientId: at.clientId,
    certificate: 'env:CERTIFICATE',
    privateKey: 'env:PRIVATE_KEY',
    graphUrl: at.graphUrl,
    loginUrl: at.loginUrl,
    extraHosts: [],
    filePollMs: 1,
    publishPollMs: 1,
    reportPollMs: 1,
    consistencyMs: 0,
  });
  if (config.issues) throw new Error(config.issues.map(({ message }) => message).join('; '));
  const plane = intune(config.value, 'intune');
  const secrets = {
    resolve: async (reference: string) => (reference === 'env:CERTIFICATE' ? at.certificate : at.privateKey),
  };
  const hub = createHub({
    planes: { intune: plane },
    secrets,
    settings: { observeMinMs: 1 },
    ...(storage && { storage }),
  });
  const intent = await newIntent(hub, 'intune', [at.group]);

  const began = performance.now();
  const { correlationId } = await hub.publish(intent, { ring: 'lab' }, 'alice');
  for (;;) {
    await hub.settle();
    const { status, runs } = await hub.status(correlationId);
    if (status === 'SETTLED') break;
    if (ENDED.has(status)) throw new Error(`the publish ended ${status}: ${JSON.stringify(runs[0]?.lastError)}`);
  }
  const took = performance.now() - began;
  await plane.disconnect(testContext());
  return took;
}

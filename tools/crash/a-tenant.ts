import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastClock, realClock } from '@eucora/sdk/testing';
import { startIntuneSimulator, type IntuneSimulator } from '@eucora/plugin-intune/simulator';
import { startHostProcess, until, type HostProcess } from './a-host.js';

export const GROUP = '11111111-1111-4111-8111-111111111111';
const ENDED = new Set(['SETTLED', 'REFUSED', 'HALTED', 'ROLLED_BACK', 'FAILED']);

export interface Rollout {
  readonly status: string;
  readonly runs: readonly { readonly status: string; readonly last_error?: unknown }[];
  readonly rollback?: Rollout;
}

/** A simulated tenant with three devices, and folders for hosts that talk to it. */
export async function aTenant() {
  const simulator = await startIntuneSimulator({
    clock: fastClock({ speed: 3_600 }),
    signInClock: realClock,
    fleet: {
      devices: ['a', 'b', 'c'].map((id) => ({ id, groups: [GROUP], platform: 'windows' as const })),
      checkInMs: 60_000,
      installMs: 60_000,
    },
  });
  const root = await mkdtemp(join(tmpdir(), 'eucora-crash-'));
  const credentials = { certificate: join(root, 'certificate.pem'), privateKey: join(root, 'private-key.pem') };
  await writeFile(credentials.certificate, simulator.certificate);
  await writeFile(credentials.privateKey, simulator.privateKey!, { mode: 0o600 });
  return {
    simulator,
    home: root,
    connector: connectorOf(simulator, credentials),
    /** What the tenant holds of one application. */
    held(name: string): { apps: number; assignments: string[] } {
      const apps = [...simulator.state.apps.values()].filter(({ fields }) =>
        fields['displayName']?.toString().startsWith(`${name} `),
      );
      const assignments = apps.flatMap(({ fields, assignments: assigned }) =>
        assigned.map(({ intent }) => `${String(fields['displayName'])} ${intent}`),
      );
      return { apps: apps.length, assignments };
    },
    async close() {
      await simulator.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

const connectorOf = (
  simulator: IntuneSimulator,
  { certificate, privateKey }: { certificate: string; privateKey: string },
) => ({
  connector_id: 'intune',
  module: '@eucora/plugin-intune',
  enabled: true,
  config: {
    tenantId: simulator.tenantId,
    clientId: simulator.clientId,
    certificate: `file:${certificate}`,
    privateKey: `file:${privateKey}`,
    graphUrl: simulator.graphUrl,
    loginUrl: simulator.loginUrl,
    extraHosts: [new URL(simulator.url).host],
    filePollMs: 10,
    publishPollMs: 10,
    reportPollMs: 10,
    consistencyMs: 100,
  },
});

/** A package of a few bytes and an intent for it, over HTTP. @returns the intent's id */
export async function addIntent(host: HostProcess, name: string, version: string): Promise<string> {
  const bytes = Buffer.from(`the installer of ${name} ${version}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await host.upload(`/api/artifacts/${sha256}`, bytes);
  await expectStatus(
    201,
    host.request('POST', '/api/packages/', {
      name,
      version,
      platform: 'windows',
      publisher: 'Example',
      artifact: { sha256, size: bytes.length, file_name: 'tool.exe' },
      install_command: 'tool.exe /install',
      uninstall_command: 'tool.exe /uninstall',
      detection: [{ kind: 'file', path: 'C:\\Tools', file_name: 'tool.exe' }],
    }),
  );
  const { id } = await expectStatus<{ id: string }>(
    201,
    host.request('POST', '/api/deployments/intents/', {
      package_key: `${name}@${version}/windows`,
      planes: ['intune'],
      rings: [{ ring: 'lab', scopes: { intune: { include: [GROUP] } } }],
    }),
  );
  return id;
}

export async function expectStatus<Body = unknown>(
  status: number,
  answer: Promise<{ status: number; body: unknown }>,
): Promise<Body> {
  const { status: got, body } = await answer;
  if (got !== status) throw new Error(`expected ${status}, got ${got}: ${JSON.stringify(body)}`);
  return body as Body;
}

export const publish = (host: HostProcess, intent: string, correlationId: string) =>
  host.request<{ code?: string; outcome?: { correlation_id: string } }>(
    'POST',
    `/api/deployments/intents/${intent}/publish/`,
    {
      correlation_id: correlationId,
      ring: 'lab',
    },
  );

export const rollBack = (host: HostProcess, intent: string, correlationId: string) =>
  host.request<{ code?: string; outcome?: { correlation_id: string } }>(
    'POST',
    `/api/deployments/intents/${intent}/rollback/`,
    {
      correlation_id: correlationId,
      reason: 'the test says so',
    },
  );

export const ended = (host: HostProcess, correlationId: string, part: (rollout: Rollout) => Rollout | undefined) =>
  until(
    async () => part((await host.request<Rollout>('GET', `/api/runs/${correlationId}/`)).body),
    (rollout) => rollout !== undefined && ENDED.has(rollout.status),
  );

export { startHostProcess };

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { COMMANDS } from '../src/commands/index.js';
import { permissionText } from '../src/permission.js';
import { eucora } from './eucora.js';
import { given } from './given.js';
import type { Route } from './small-host.js';

interface Schema {
  readonly paths: Record<string, Record<string, { 'x-permission'?: readonly string[]; security: readonly unknown[] }>>;
}

/** What each command declares, held against what the host asks for at the addresses that the command really calls. */
describe('the permission of every command', function () {
  this.timeout(60_000);
  const { folder, host, whileTesting } = given();

  it('stands in its help', async () => {
    for (const command of COMMANDS) {
      const { out } = await eucora([...command.name.split(' '), '--help']);
      expect(out.replace(/\s+/g, ' '), command.name).to.include(permissionText(command));
    }
    expect(permissionText({ permission: 'approval.approve' })).to.equal(
      'Permission: approval.approve (platform_admin, cab_approver).',
    );
  });

  it('is one that an address asks for which it calls', async () => {
    const schema = await schemaOfTheHost();
    for (const command of COMMANDS) {
      const calls = await callsOf(command.examples[0]!);
      if (command.permission === 'local') {
        expect(calls, command.name).to.deep.equal([]);
        continue;
      }
      const asked = calls.flatMap((call) => accessAt(schema, call));
      expect(asked, `${command.name} calls ${calls.join(', ') || 'nothing'}`).to.include(command.permission);
    }
  });

  it('of an operation of a connector may be narrowed by CONNECTOR_RBAC_ROLE: exit code 2', async () => {
    const who = { subject: 'ada', roles: ['publisher'], permissions: [], agent: false };
    const routes: Record<string, Route> = {
      'GET /api/whoami/': () => ({ body: who }),
      'GET /api/connectors/': () => ({ body: { items: [] } }),
      'GET /api/connectors/intune/heartbeat/': () => ({ body: { healthy: true, detail: 'fine', latency_ms: 1 } }),
    };
    const { url, asked } = await host(routes);
    const trying = (role: string, ...args: string[]) => eucora(args, { url, env: { CONNECTOR_RBAC_ROLE: role } });

    const refused = await trying('Admin', 'connectors', 'test', 'intune');
    expect(refused.code).to.equal(2);
    expect(refused.err).to.include(
      'FORBIDDEN: operations of a connector take at least Admin here (CONNECTOR_RBAC_ROLE)',
    );
    expect(asked.map(({ path }) => path)).to.deep.equal(['/api/whoami/']);

    expect((await trying('operator', 'connectors', 'test', 'intune')).code).to.equal(0);
    expect((await trying('Admin', 'connectors', 'list')).code).to.equal(0);
    expect((await trying('Boss', 'connectors', 'test', 'intune')).err).to.include(
      'INPUT_INVALID: CONNECTOR_RBAC_ROLE is Boss',
    );
  });

  /** The addresses that an example of a command asks, with answers that are good for any of them. */
  async function callsOf(example: string): Promise<readonly string[]> {
    const [, ...args] = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
    const { url, asked } = await host(new Proxy({}, { get: () => anything }));
    const cwd = await folder(filesIn(args));
    if (args[0] === 'host') return [];
    await eucora(args, { url, cwd, onSleep: (interrupt) => interrupt() });
    return asked.map(({ method, path }) => `${method} ${path}`);
  }

  async function schemaOfTheHost(): Promise<Schema> {
    const cwd = await folder({});
    const main = fileURLToPath(new URL('../../host/src/main.ts', import.meta.url));
    const started = spawn(process.execPath, [...process.execArgv, main], {
      env: {
        ...process.env,
        EUCORA_PORT: '0',
        EUCORA_DATA_DIR: cwd,
        EUCORA_REGISTRY: join(cwd, 'eucora.registry.jsonl'),
        EUCORA_WORKERS: '0',
        EUCORA_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    whileTesting(started);
    const [line] = (await once(started.stdout, 'data')) as [Buffer];
    const url = /http:\/\/[^\s,]+/.exec(line.toString())![0];
    return (await (await fetch(`${url}/api/schema/`)).json()) as Schema;
  }
});

/** `anybody` and `signed_in` as the document says them: by the lack of a permission. */
function accessAt({ paths }: Schema, call: string): readonly string[] {
  const [method, path] = call.split(' ') as [string, string];
  const [, operations] = Object.entries(paths).find(([pattern]) => matches(pattern, path)) ?? [];
  const operation = operations?.[method.toLowerCase()];
  if (!operation) return [];
  return operation['x-permission'] ?? [operation.security.length > 0 ? 'signed_in' : 'anybody'];
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(path);

/** One connector, nothing in any other list. */
const anything: Route = ({ path }) => ({
  body: path === '/api/connectors/' ? { items: [{ connector_id: 'sandbox', enabled: true, kind: 'plane' }] } : ANY,
});

/** Enough of everything. */
const ANY = {
  kind: 'local_token',
  items: [],
  runs: [],
  status: 'SETTLED',
  intent_id: 'web',
  correlation_id: 'c',
  subject: 'ada',
  roles: [],
  permissions: [],
};

const MANIFEST = `
name: esbuild
version: 0.25.1
platform: windows
publisher: Evan Wallace
artifact: { path: ./esbuild.exe }
install_command: i
uninstall_command: u
detection: []
`;

/** The files that a command line names, and the one that the manifest names. */
const filesIn = (args: readonly string[]): Readonly<Record<string, string>> => ({
  'esbuild.exe': 'bytes',
  ...Object.fromEntries(
    args.filter((arg) => /\.(ya?ml|json|exe)$/.test(arg)).map((arg) => [arg, /ya?ml$/.test(arg) ? MANIFEST : '{}']),
  ),
});

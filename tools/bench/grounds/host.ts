import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Scope } from '../scope.js';
import { startProgram } from './child.js';

export interface Host {
  readonly url: string;
  readonly token: string;
  /** Where the prepared intent is published. */
  readonly path: string;
}

/**
 * The host as it is built and shipped, in a process of its own, taking requests and doing no work; in it the sandbox plane, a
 * package and an intent for it.
 */
export async function startHost(
  scope: Scope,
  options: { readonly databaseUrl: string; readonly temporary: string; readonly nodeArgs: readonly string[] },
): Promise<Host> {
  const home = await mkdtemp(join(options.temporary, 'host-'));
  const line = await startProgram(scope, [...options.nodeArgs, resolve('packages/host/dist/main.js')], {
    cwd: home,
    log: join(home, 'host.log'),
    env: { EUCORA_DATABASE_URL: options.databaseUrl, EUCORA_DATA_DIR: home, EUCORA_PORT: '0', EUCORA_WORKERS: '0' },
  });
  const url = /http:\/\/[^\s,]+/.exec(line)![0];
  const token = (await readFile(join(home, 'token'), 'utf8')).trim();
  const intent = await preparedIntent(async (method, path, body) => {
    const raw = body instanceof Uint8Array;
    const answer = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': raw ? 'application/octet-stream' : 'application/json',
      },
      body: raw ? Buffer.from(body) : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  });
  return { url, token, path: `/api/deployments/intents/${intent}/publish/` };
}

async function preparedIntent(ask: (method: string, path: string, body: object) => Promise<unknown>): Promise<string> {
  const bytes = Buffer.from('the installer');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await ask('POST', '/api/connectors/', { connector_id: 'sandbox', module: '@eucora/plugin-sandbox', enabled: true });
  await ask('PUT', `/api/artifacts/${sha256}`, bytes);
  await ask('POST', '/api/packages/', {
    name: 'tool',
    version: '1.0.0',
    platform: 'windows',
    publisher: 'Example',
    artifact: { sha256, size: bytes.length, file_name: 'tool.exe' },
    install_command: 'tool.exe /install',
    uninstall_command: 'tool.exe /uninstall',
    detection: [{ kind: 'file', path: 'C:\\Tools', file_name: 'tool.exe' }],
  });
  const intent = await ask('POST', '/api/deployments/intents/', {
    package_key: 'tool@1.0.0/windows',
    planes: ['sandbox'],
    rings: [{ ring: 'lab', scopes: { sandbox: { include: ['lab-devices'] } } }],
  });
  return (intent as { id: string }).id;
}

import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AUDIENCE, startProvider } from '../../test/identity-provider.js';
import type { Scope } from '../scope.js';
import { startProgram } from './child.js';

export interface Host {
  readonly url: string;
  /** Access tokens of as many publishers. */
  readonly tokens: readonly string[];
  /** Where the prepared intent is published. */
  readonly path: string;
}

/** Hours are enough: no token ends while it is measured with. */
const TOKEN_SECONDS = 4 * 3_600;
const GATES = ['promotion', 'evidence', 'risk', 'cab', 'vulnerabilities'];

/**
 * The host as it is built and shipped, in a process of its own, taking requests and doing no work; in it the sandbox plane, five gates, a
 * package and an intent for it. People sign in through an OIDC provider, and the rate limit is the default unless `env` says otherwise.
 */
export async function startHost(
  scope: Scope,
  options: {
    readonly databaseUrl: string;
    readonly temporary: string;
    readonly nodeArgs: readonly string[];
    readonly subjects: number;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Host> {
  const home = await mkdtemp(join(options.temporary, 'host-'));
  const provider = scope.own(await startProvider());
  const tokenOf = (sub: string, ...roles: string[]) =>
    provider.token({ sub, roles, exp: Math.floor(Date.now() / 1_000) + TOKEN_SECONDS });
  const line = await startProgram(scope, [...options.nodeArgs, resolve('packages/host/dist/main.js')], {
    cwd: home,
    log: join(home, 'host.log'),
    env: {
      EUCORA_DATABASE_URL: options.databaseUrl,
      EUCORA_DATA_DIR: home,
      EUCORA_PORT: '0',
      EUCORA_WORKERS: '0',
      EUCORA_OIDC_ISSUER: provider.issuer,
      EUCORA_OIDC_AUDIENCE: AUDIENCE,
      ...options.env,
    },
  });
  const url = /http:\/\/[^\s,]+/.exec(line)![0];
  const token = await tokenOf('administrator', 'platform_admin');
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
  const tokens = await Promise.all(
    Array.from({ length: options.subjects }, (_, at) => tokenOf(`publisher-${at}`, 'publisher')),
  );
  return { url, tokens, path: `/api/deployments/intents/${intent}/publish/` };
}

async function preparedIntent(ask: (method: string, path: string, body: object) => Promise<unknown>): Promise<string> {
  const bytes = Buffer.from('the installer');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await ask('POST', '/api/connectors/', { connector_id: 'sandbox', module: '@eucora/plugin-sandbox', enabled: true });
  for (const gate of GATES)
    await ask('POST', '/api/connectors/', { connector_id: gate, module: `@eucora/plugin-gate-${gate}`, enabled: true });
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

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryStorage, type Hub } from '@eucora/engine';
import { EucoraError, type ErrorCode } from '@eucora/sdk';
import type { HostConfig } from '../src/config/host-config.js';
import { connectors } from '../src/connectors/connectors.js';
import type { HostStorage } from '../src/host-storage.js';
import { app } from '../src/http/app.js';
import { listen } from '../src/http/listener.js';
import { localToken } from '../src/http/local-token.js';
import { openMetrics } from '../src/http/metrics.js';
import { readiness } from '../src/http/readiness.js';
import { entranceOf } from '../src/identity/entrance.js';
import { openLog } from '../src/log.js';
import { occasionFor } from '../src/occasion.js';
import { openRegistry } from '../src/registry/registry-file.js';
import { routeTable } from '../src/routes/table.js';
import { knownSecrets } from '../src/secrets.js';
import { startHost, type HostOptions } from '../src/start-host.js';
import { createHub, realClock } from '@eucora/engine';

/** Ends what a test began, last first; call `after` of it in `afterEach`. */
export function leftovers() {
  const undo: (() => unknown)[] = [];
  return {
    keep: (end: () => unknown) => void undo.push(end),
    async clear() {
      for (const end of undo.splice(0).reverse()) await end();
    },
  };
}

export type Leftovers = ReturnType<typeof leftovers>;

export function givenFolder(left: Leftovers): string {
  const folder = mkdtempSync(join(tmpdir(), 'eucora-host-'));
  left.keep(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function givenFiles(folder: string, files: Readonly<Record<string, string | object>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export const givenConfig = (folder: string, more: Partial<HostConfig> = {}): HostConfig => ({
  dataDir: join(folder, 'data'),
  port: 0,
  host: '127.0.0.1',
  registry: join(folder, 'eucora.registry.jsonl'),
  tenant: 'default',
  workers: 0,
  artifactLimit: 1024 * 1024,
  logLevel: 'silent',
  warnings: [],
  ...more,
});

export const givenStorage = (): HostStorage => ({ ...memoryStorage(), ready: async () => undefined });

/** The whole host, with a memory that ends with it. */
export async function givenHost(left: Leftovers, options: Partial<HostOptions> & { config: HostConfig }) {
  const host = await startHost({ storage: givenStorage(), ...options });
  left.keep(() => host.close());
  return { ...host, ask: asking(host.url, localToken(options.config.dataDir).value) };
}

/** The addresses over HTTP, with a hub that does only what the test says. */
export async function givenRoutes(left: Leftovers, hub: Partial<Hub> = {}, storage: HostStorage = givenStorage()) {
  const config = givenConfig(givenFolder(left));
  const secrets = knownSecrets();
  const lines: string[] = [];
  const log = openLog('info', secrets, { write: (line) => void lines.push(line) });
  const registry = openRegistry(config.registry);
  const now = () => new Date();
  const secretless = { resolve: () => Promise.reject(new Error('no secrets here')) };
  const own = connectors(
    registry,
    occasionFor({ tenantId: 't', clock: realClock, log, secrets: secretless, artifacts: storage.blobs }),
    now,
  );
  const metrics = openMetrics(() => ({}));
  const ready = readiness(() => storage.ready(), now);
  const token = localToken(config.dataDir);
  const handler = app({
    routes: routeTable({
      hub: { ...createHub({ planes: {}, storage }), ...hub },
      storage,
      connectors: own,
      registry,
      readiness: ready,
      metrics,
      artifactLimit: 1_000,
      now,
    }),
    entrance: entranceOf({ config, token, events: storage.events, log, now }),
    readiness: ready,
    metrics,
    log,
  });
  const listener = await listen((request, response) => void handler(request, response), config);
  left.keep(() => listener.close());
  left.keep(() => metrics.close());
  return {
    url: listener.url,
    config,
    token: token.value,
    readiness: ready,
    log: lines,
    ask: asking(listener.url, token.value),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Answers are read as the JSON that they are; each test says what it expects of it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string | undefined>>,
) => Promise<Answer>;

/** Bodies that are text go out as they are, others as JSON. A header of `undefined` is left out. */
export const asking =
  (url: string, token: string): Ask =>
  async (method, path, body, headers = {}) => {
    const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
    const sent = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
    const text = body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body);
    const response = await fetch(new URL(path, url), { method, headers: sent, body: text, redirect: 'manual' });
    return read(response);
  };

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
}

/** A request as no well-behaved client would send it. */
export const askRaw = (url: string, options: { path: string; headers: Record<string, string> }): Promise<number> =>
  new Promise((resolve, reject) => {
    httpRequest(new URL(options.path, url), { headers: options.headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

/** A keyed body with its header. */
export const keyed = (correlationId: string) => ({ 'idempotency-key': correlationId });

export function thrownBy(work: () => unknown): EucoraError {
  try {
    work();
  } catch (cause) {
    return cause as EucoraError;
  }
  throw new Error('nothing was thrown');
}

export const failsWith =
  (code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) =>
  async (): Promise<never> => {
    throw new EucoraError(code, { what: `the hub said ${code}`, details });
  };

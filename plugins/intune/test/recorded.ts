import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testContext, virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import nock from 'nock';
import { openGraph, type Graph } from '../src/graph.js';
import { credentials, givenConfig } from './given.js';

/** One exchange with the vendor, as documentation or people recorded it. */
export interface Recorded {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export interface Sent {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

// It takes hold of all HTTP when it is loaded; other tests speak to real servers.
nock.restore();

const FOLDER = fileURLToPath(new URL('../../../../shared/contracts/examples/intune/', import.meta.url));

const opened = new Set<Graph>();

/** Names of the recorded exchanges, where they are at hand. Their absence is said once, aloud. */
export function recordedNames(): readonly string[] {
  if (existsSync(FOLDER)) return readdirSync(FOLDER).sort();
  console.warn(`\n  ATTENTION: no recorded exchanges in ${FOLDER}; they are NOT replayed\n`);
  return [];
}

export const readRecorded = <Shape = Recorded>(name: string): Shape =>
  JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Shape;

/** Microsoft's addresses, answering as recorded. The last answer is given again and again. */
export async function replaying(...answers: readonly Recorded['response'][]) {
  if (!nock.isActive()) nock.activate();
  nock.cleanAll();
  const sent: Sent[] = [];
  nock('https://login.microsoftonline.com')
    .post(/token$/)
    .reply(200, { token_type: 'Bearer', expires_in: 3_599, access_token: 'issued' })
    .persist();
  for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']) {
    nock(/^https:\/\/(graph\.microsoft\.com|[\w.]+\.blob\.core\.windows\.net)/)
      .intercept(/.*/, method)
      .reply(function (uri, body) {
        const { status, headers, body: answer } = answers[Math.min(sent.length, answers.length - 1)]!;
        sent.push({ method, path: uri.split('?')[0]!, body, headers: this.req.headers });
        const { 'Transfer-Encoding': _, ...kept } = headers;
        return answer === null ? [status, undefined, kept] : [status, answer as nock.Body, kept];
      })
      .persist();
  }
  const config = await givenConfig({
    tenantId: 'contoso.example',
    clientId: 'client',
    certificate: 'env:CERTIFICATE',
    privateKey: 'env:PRIVATE_KEY',
  });
  const clock = virtualClock({ autoAdvance: true });
  const secrets = { 'env:CERTIFICATE': credentials.certificate, 'env:PRIVATE_KEY': credentials.privateKey };
  const graph = openGraph(config, 'intune');
  opened.add(graph);
  return { graph, ctx: testContext({ clock, secrets }), clock, config, sent };
}

/** Gives the network back. */
export function endReplays(): void {
  for (const graph of opened) graph.close();
  opened.clear();
  nock.cleanAll();
  nock.restore();
}

/**
 * Ours is the recorded request: same method, same address. The documentation leaves the type segment out of the paths of
 * content, and writes keys in parentheses; beta's addresses are those of v1.0.
 */
export function expectAsRecorded({ method, path }: Sent, { request }: Recorded): void {
  const ours = path.replace(/^\/v1\.0/, '').replace('/graph.win32LobApp/', '/');
  const theirs = request.path
    .split('?')[0]!
    .replace(/\('([^']+)'\)/, '/$1')
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{\w+\}/g, '[^/]+');
  expect(`${method} ${ours}`).to.match(new RegExp(`^${request.method} ${theirs}$`));
}

export const namesIn = (body: unknown): readonly string[] =>
  Object.keys(body as object).filter((name) => name !== '@odata.type');

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createSimulatorServer, openApiValidator, route, type OpenApiDocument } from '@eucora/sdk/testing';
import { judge } from './traffic.js';

/** A contract of our own: two addresses, one with a body. */
const CONTRACT = {
  openapi: '3.0.3',
  info: { title: 'Shelf', version: '1' },
  servers: [{ url: 'https://shelf.example' }],
  paths: {
    '/items': {
      get: { parameters: [{ name: 'title', in: 'query' }] },
      post: {
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { title: { type: 'string' } } } } },
        },
      },
    },
  },
} as unknown as OpenApiDocument;

describe('the traffic of a simulator', () => {
  it('is held against the contract, request by request', async () => {
    await recording(async (folder, url) => {
      await ask(`${url}/items?title=a`);
      await ask(`${url}/items`, { title: 'a' });
      const [findings] = await judged(folder);
      expect(findings).to.deep.include({ simulator: 'Shelf', requests: 2, different: 2 });
      expect([...findings!.violations]).to.deep.equal([]);
    });
  });

  it('names each violation, and how often it came', async () => {
    await recording(async (folder, url) => {
      await ask(`${url}/items?colour=red`);
      await ask(`${url}/items?colour=red`);
      await ask(`${url}/items`, { title: 7 });
      const [findings] = await judged(folder);
      expect([...findings!.violations]).to.deep.equal([
        ['GET /items: the contract has no query option colour here', 2],
        ['POST /items: body/title must be string', 1],
      ]);
    });
  });

  it('counts what our clients sent, and nothing that a test sent by hand', async () => {
    await recording(async (folder, url) => {
      await fetch(`${url}/items?colour=red`);
      expect((await judged(folder))[0]).to.include({ requests: 0 });
    });
  });

  it('holds no credential', async () => {
    await recording(async (folder, url) => {
      await ask(`${url}/items`);
      const { readdirSync, readFileSync } = await import('node:fs');
      expect(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')).to.not.contain('hunter2');
    });
  });
});

const judged = (folder: string) =>
  judge(
    folder,
    [{ simulator: 'Shelf', contractNames: ['shelf'], contractOf: ({ shelf }) => openApiValidator(shelf!) }],
    () => CONTRACT,
  );

const ask = (url: string, body?: object) =>
  fetch(url, {
    headers: { 'user-agent': 'eucora-hub', authorization: 'Bearer hunter2', 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });

async function recording(work: (folder: string, url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eucora-traffic-'));
  const before = process.env['EUCORA_TRAFFIC'];
  process.env['EUCORA_TRAFFIC'] = folder;
  const shelf = await createSimulatorServer({
    name: 'Shelf',
    routes: ['GET', 'POST'].map((method) => route(method, '/items', ({ json }) => json(200, {}))),
  });
  try {
    await work(folder, shelf.url);
  } finally {
    await shelf.close();
    if (before === undefined) delete process.env['EUCORA_TRAFFIC'];
    else process.env['EUCORA_TRAFFIC'] = before;
    await rm(folder, { recursive: true });
  }
}

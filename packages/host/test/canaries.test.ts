import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  givenConfig,
  givenFiles,
  givenFolder,
  givenHost,
  givenStorage,
  keyed,
  leftovers,
  type Answer,
} from './given.js';
import { givenPlugin, pluginText } from './plugin-packages.js';

const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** Each with characters that JSON, addresses and base64 write in other ways. */
const CANARIES = {
  env: 'canary-env "q"/+&=ä 7f3a',
  file: 'canary-file\\b:@#?% 91cc',
  vault: 'canary-vault <x>|{y} 5d20',
  roleSecret: 'canary-secret-id-44aa+/==',
};

describe('secrets that were planted everywhere', function () {
  this.timeout(60_000);
  const left = leftovers();
  afterEach(() => left.clear());

  it('are found in no log line, no event, no view, no answer, no sealed evidence and not on stderr', async () => {
    const { host, asked, output, storage, config, folder } = await given();
    const token = readFileSync(host.tokenFile, 'utf8').trim();
    const secrets = [...Object.values(CANARIES), token];
    const said = secrets.map(inEveryForm).join('\n');

    const done = [
      await asked('POST', '/api/connectors/', {
        connector_id: 'vault',
        module: '@eucora/plugin-secrets-vault',
        enabled: true,
        config: await vaultSettings(),
      }),
      await asked('POST', '/api/connectors/', {
        connector_id: 'leaky',
        module: 'leaky-plane',
        enabled: true,
        config: { refs: REFS(folder) },
      }),
      await asked('POST', '/api/connectors/', {
        connector_id: 'gossip',
        module: 'leaky-evidence',
        enabled: true,
        config: {},
      }),
      await asked('POST', '/api/connectors/', {
        connector_id: 'gate',
        module: 'leaky-gate',
        enabled: true,
        config: {},
      }),
      await asked('PUT', `/api/artifacts/${SHA256}/`, 'hello'),
      await asked('POST', '/api/packages/', packageSaying(said)),
      await asked('POST', '/api/deployments/intents/', INTENT),
    ];
    expect(done.map(({ status, text }) => [status, status === 201 ? '' : text])).to.deep.equal(
      done.map(() => [201, '']),
    );

    await asked('POST', '/api/connectors/', {
      connector_id: 'refused',
      module: 'leaky-plane',
      enabled: true,
      config: { refs: REFS(folder), refuse: true },
    });
    await asked('GET', '/api/connectors/leaky/heartbeat/');
    await asked('POST', '/api/deployments/intents/i-1/plan/', { ring: 'lab' });
    const published = await asked(
      'POST',
      '/api/deployments/intents/i-1/publish/',
      { correlation_id: 'c-1', ring: 'lab' },
      keyed('c-1'),
    );
    expect(published.status, published.text).to.equal(202);
    await host.hub.settle();
    const run = await asked('GET', '/api/runs/c-1/');
    const evidence = await asked('GET', `/api/evidence/${run.body.runs[0].evidence}/`);
    expect(evidence.status).to.equal(200);
    await asked(
      'POST',
      '/api/deployments/intents/i-1/rollback/',
      { correlation_id: 'c-1', reason: inEveryForm(CANARIES.vault) },
      keyed('c-1'),
    );
    await host.hub.settle();
    for (const path of [
      '/api/runs/c-1/',
      '/api/events/',
      '/api/packages/',
      '/api/deployments/intents/',
      '/api/connectors/',
      '/api/drift/',
      '/api/approvals/',
      '/readyz',
      '/metrics',
      `/api/runs/${encodeURIComponent(token)}/`,
      `/${encodeURIComponent(CANARIES.vault)}`,
    ])
      await asked('GET', path);
    await asked('POST', '/api/deployments/intents/', { [CANARIES.file]: CANARIES.env });
    await asked('POST', '/api/deployments/intents/', `{"id": "${CANARIES.vault}" oops`);

    output.push(['events', JSON.stringify(await storage.events.readAll({ limit: 10_000 }))]);
    for (const collection of ['packages', 'intents', 'runs', 'drift', 'approvals'])
      output.push([`view ${collection}`, JSON.stringify((await storage.views.list(collection)).items)]);
    for await (const chunk of await storage.blobs.open(run.body.runs[0].evidence))
      output.push(['sealed', Buffer.from(chunk).toString()]);
    output.push(['registry', readFileSync(config.registry, 'utf8')]);

    for (const [where, text] of output)
      for (const [form, spelled] of secrets.flatMap(spellings))
        expect(text.includes(spelled), `${where} holds a secret, ${form}: ${text.slice(0, 2_000)}`).to.equal(false);
    for (const where of ['log', 'events', 'view packages', 'sealed', 'answer'])
      expect(textsOf(output, where), `${where} was not told any`).to.include('[secret]');
    expect(evidence.text).to.include('the scanner said: [secret] and [secret]');
  });

  const REFS = (folder: string) => ['env:CANARY', `file:${join(folder, 'canary')}`, 'vault:kv/app#password'];

  /** The whole host, and everything that comes out of it. */
  async function given() {
    const folder = givenFolder(left);
    givenFiles(folder, { canary: `${CANARIES.file}\n`, 'secret-id': CANARIES.roleSecret });
    givenPlugin(folder, 'leaky-plane', LEAKY_PLANE);
    givenPlugin(folder, 'leaky-evidence', LEAKY_EVIDENCE);
    givenPlugin(folder, 'leaky-gate', LEAKY_GATE);
    const output: [where: string, text: string][] = [];
    for (const stream of [process.stderr, process.stdout]) listenTo(stream, (text) => output.push(['stderr', text]));
    const storage = givenStorage();
    const config = givenConfig(folder, { logLevel: 'trace' });
    const logTo = { write: (line: string) => void output.push(['log', line]) };
    const host = await givenHost(left, { config, storage, logTo, env: { CANARY: CANARIES.env } });
    const asked: typeof host.ask = async (...question) => {
      const answer: Answer = await host.ask(...question);
      output.push(['answer', `${[...answer.headers].join('\n')}\n${answer.text}`]);
      return answer;
    };
    return { host, asked, output, storage, config, folder };
  }

  /** Test reports go there as well; they are let through. */
  function listenTo(stream: NodeJS.WriteStream, heard: (text: string) => void): void {
    const write = stream.write.bind(stream) as (...given: readonly unknown[]) => boolean;
    stream.write = (...given: readonly unknown[]) => {
      heard(String(given[0]));
      return write(...given);
    };
    left.keep(() => (stream.write = write as typeof stream.write));
  }

  /** A server that answers as a KV version 2 store would. */
  async function vaultSettings() {
    const auth = { client_token: 'token', lease_duration: 60, renewable: true };
    const metadata = { created_time: '', deletion_time: '', destroyed: false, version: 1 };
    const server = createServer((request, response) => {
      const answer = request.url!.endsWith('/login')
        ? { auth }
        : { data: { data: { password: CANARIES.vault }, metadata } };
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    left.keep(() => (server.closeAllConnections(), new Promise((closed) => server.close(closed))));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, auth: 'approle', roleId: 'r', secretId: `file:${join(givenFolderOf(), 'secret-id')}` };
  }

  const givenFolderOf = () => givenFiles(givenFolder(left), { 'secret-id': CANARIES.roleSecret });
});

/** As a careless plugin would say it. It is text of the fixtures too, and so uses nothing from outside. */
function inEveryForm(secret: string): string {
  const address = new URL('https://hub@plane.example.com/api');
  address.password = secret;
  return [
    `the password is ${secret}, it seems`,
    JSON.stringify({ body: JSON.stringify({ password: secret }) }),
    `GET https://plane.example.com/?key=${encodeURIComponent(secret)}`,
    new URLSearchParams({ key: secret }).toString(),
    address.href,
    `Basic ${Buffer.from(`hub:${secret}`).toString('base64')}`,
    Buffer.from(secret).toString('base64url'),
  ].join(' ');
}

/** What must not be there; the middle of base64 stands for all of it, since it depends on its neighbours. */
function spellings(secret: string): [form: string, text: string][] {
  const json = JSON.stringify(secret).slice(1, -1);
  const address = new URL('https://hub@plane.example.com/api');
  address.password = secret;
  return [
    ['as it is', secret],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['in an address', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ key: secret }).toString().slice(4)],
    ['as a password in an address', address.password],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['in Basic credentials', Buffer.from(`hub:${secret}`).toString('base64').slice(8, 24)],
  ];
}

const LEAKY_PLANE = pluginText({
  before: `const inEveryForm = ${inEveryForm.toString()};`,
  create: `(config) => {
    let said = '';
    const fail = async (ctx) => {
      for (const level of ['debug', 'info', 'warn', 'error'])
        ctx.log[level]({ said, err: new Error(said), nested: { deep: [said] } }, 'I say ' + said);
      throw new Error('the plane said: ' + said);
    };
    return {
      capabilities: new Set(['push']),
      async connect(ctx) {
        const secrets = await Promise.all(config.refs.map((reference) => ctx.secrets.resolve(reference)));
        said = secrets.map(inEveryForm).join(' | ');
        if (config.refuse) await fail(ctx);
      },
      async disconnect() {},
      check: async () => ({ healthy: true, detail: said, latencyMs: 1, checkedAt: new Date(0).toISOString() }),
      publishPackage: fail, createAssignment: fail, remediate: fail, rollback: fail,
      async queryState() { return { packages: [], assignments: [] }; },
      async *deviceStates() {},
    };
  }`,
});

const THREE = `['env:CANARY', 'vault:kv/app#password']`;

const LEAKY_EVIDENCE = pluginText({
  kind: 'evidence',
  create: `() => ({ name: 'gossip', async collect(ctx) {
    const [first, second] = await Promise.all(${THREE}.map((reference) => ctx.secrets.resolve(reference)));
    throw new Error('the scanner said: ' + first + ' and ' + second);
  } })`,
});

const LEAKY_GATE = pluginText({
  kind: 'gate',
  create: `() => ({ name: 'gate', async evaluate(ctx) {
    return { decision: 'allow', reasons: ['fine with ' + (await ctx.secrets.resolve('env:CANARY'))] };
  } })`,
});

const packageSaying = (said: string) => ({
  name: 'hello',
  version: '1',
  platform: 'windows',
  publisher: 'p',
  description: said,
  artifact: { sha256: SHA256, size: 5, file_name: 'hello.exe' },
  install_command: 'hello.exe /S',
  uninstall_command: 'hello.exe /U',
  detection: [{ kind: 'file', path: 'C:\\hello', file_name: 'hello.exe' }],
});

const INTENT = {
  id: 'i-1',
  package_key: 'hello@1/windows',
  planes: ['leaky'],
  rings: [{ ring: 'lab', scopes: { leaky: { include: ['lab'] } } }],
};

const textsOf = (output: readonly (readonly [string, string])[], where: string): string =>
  output
    .filter(([from]) => from === where)
    .map(([, text]) => text)
    .join('\n');

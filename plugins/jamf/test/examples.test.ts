import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { memoryArtifacts, testContext, type TestContext } from '@eucora/sdk/testing';
import { lastRun } from '../src/device-states.js';
import { toHeldVersion } from '../src/held.js';
import { openJamf, type Jamf } from '../src/jamf.js';
import { policyLogs } from '../src/jamf-computers.js';
import { createPackage, findPackages, readPackage, uploadPackage } from '../src/jamf-packages.js';
import { changePolicy, createPolicy } from '../src/jamf-policies.js';
import { looksLike, toPackage } from '../src/mapping.js';
import { readPackageMark, readPolicyMark } from '../src/marks.js';
import { multipartFile } from '../src/multipart.js';
import { hasContent, purposeOf, readPolicy, toPolicyXml } from '../src/policy.js';
import { elementOf, textOf } from '../src/xml.js';
import { CONTRACTS, failureOf, givenConfig, newer } from './given.js';

interface Example {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** What the client sent, and what the recorded answer became. */
interface Replay {
  readonly jamf: Jamf;
  readonly ctx: TestContext;
  readonly sent: readonly {
    readonly method: string;
    readonly url: URL;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  readonly example: Example;
}

const FOLDER = fileURLToPath(new URL('examples/jamf/', CONTRACTS));
const XML = 'application/xml';

const REPLAYS: Readonly<Record<string, (replay: Replay) => Promise<void>>> = {
  async 'oauth-token'({ jamf, ctx, sent }) {
    await jamf.request(ctx, { method: 'GET', url: '/api/v1/jamf-pro-version' });
    expect(sent.map(({ url }) => url.pathname)).to.deep.equal(['/api/oauth/token', '/api/v1/jamf-pro-version']);
    expect(Object.fromEntries(new URLSearchParams(sent[0]!.body))).to.deep.equal({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'secret',
    });
    expect(sent[1]!.headers.authorization).to.equal('Bearer <jwt>');
  },

  async 'oauth-token-invalid-client'({ jamf, ctx }) {
    const refusal = await failureOf(jamf.request(ctx, { method: 'GET', url: '/api/v1/jamf-pro-version' }));
    expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(refusal.message).to.include('invalid_client');
  },

  async 'expired-token'({ jamf, ctx, sent }) {
    const refusal = await failureOf(findPackages(jamf, ctx, 'Chrome'));
    expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(refusal.message).to.include('INVALID_TOKEN');
    expect(
      sent.filter(({ url }) => url.pathname.endsWith('/oauth/token')),
      'one fresh token',
    ).to.have.length(2);
  },

  async 'package-find-by-name'({ jamf, ctx, sent, example }) {
    const found = await findPackages(jamf, ctx, 'Chrome');
    expect(Object.keys(example.request.query!)).to.have.members([...sent.at(-1)!.url.searchParams.keys()]);
    expect(sent.at(-1)!.url.searchParams.get('filter')).to.include(`packageName==${looksLike('EUCORA Chrome ', '*')}`);
    // What the server takes for a match is compared again here: this one is a person's.
    expect(found.map(({ id, packageName }) => [id, packageName])).to.deep.equal([['2', 'Chrome']]);
    expect(readPackageMark(found[0]!.notes)).to.equal(undefined);
  },

  async 'package-create'({ jamf, ctx, sent, example }) {
    expect(await createPackage(jamf, ctx, toPackage(newer(), 'f00'))).to.equal('3');
    const { hashType: _, hashValue: __, ...expected } = example.request.body as Record<string, unknown>;
    const { osRequirements: ___, ...fields } = expected;
    expect(JSON.parse(sent.at(-1)!.body)).to.include.keys(Object.keys(fields));
  },

  async 'package-upload'({ jamf, ctx, sent }) {
    const bytes = Buffer.from('a package');
    const artifacts = memoryArtifacts(bytes);
    const artifact = { ...artifacts.add(bytes), fileName: 'x.pkg' };
    await uploadPackage(jamf, ctx, '3', multipartFile(artifacts, artifact, 'EUCORA-x.pkg'), 10_000);
    const { headers, body } = sent.at(-1)!;
    expect(headers['content-type']).to.match(/^multipart\/form-data; boundary=/);
    expect(headers['content-length']).to.equal(String(Buffer.byteLength(body)));
    expect(body).to.include('name="file"; filename="EUCORA-x.pkg"').and.to.include('a package');
  },

  async 'package-after-upload'({ jamf, ctx }) {
    const shown = await readPackage(jamf, ctx, '3');
    expect(shown).to.include({ cloudTransferStatus: 'READY', hashType: 'SHA3_512' });
    const mark = (sha3: string) => ({
      key: 'k',
      name: 'n',
      version: '1',
      platform: 'macos',
      facts: { 'sha3-512': sha3 },
    });
    expect(toHeldVersion(shown!, mark('<sha3-512 hex>')).ready, 'the digest is ours').to.equal(true);
    expect(toHeldVersion(shown!, mark('another')).ready, 'the digest is not ours').to.equal(false);
  },

  async 'policy-create'({ jamf, ctx, sent }) {
    const content = { purpose: 'required', packageId: '3', retryAttempts: 3 } as const;
    expect(await createPolicy(jamf, ctx, toPolicyXml({ name: 'n', enabled: false, content }))).to.equal('3');
    expect(sent.at(-1)!.headers).to.include({ 'content-type': XML, accept: XML });
    expect(sent.at(-1)!.body).to.match(/^<\?xml version="1.0" encoding="UTF-8"\?><policy><general>/);
  },

  async 'policy-create-duplicate-name'({ jamf, ctx, sent }) {
    const refusal = await failureOf(createPolicy(jamf, ctx, { general: { name: 'Install latest Firefox' } }));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include('Duplicate name');
    expect(sent.filter(({ method, url }) => method === 'POST' && url.pathname.includes('policies'))).to.have.length(1);
  },

  async 'policy-disable'({ jamf, ctx, sent, example }) {
    await changePolicy(jamf, ctx, '1', { general: { enabled: false } });
    expect(sent.at(-1)!.body.replace(/^<\?xml.*?\?>/, '')).to.equal(example.request.body);
  },

  async 'policy-get-by-name'({ jamf, ctx }) {
    const policy = await jamf.read(ctx, '/JSSResource/policies/name/Test%20Policy', 'policy');
    expect(textOf(elementOf(policy!.general).trigger_other)).to.equal('startup');
    const shown = readPolicy(policy!);
    expect(shown).to.deep.include({
      name: 'Test Policy',
      enabled: true,
      frequency: 'Once per computer',
      packages: [],
      include: [],
      exclude: [],
      alsoAimsAt: ['all computers'],
    });
    expect(purposeOf(shown, 'install'), 'it neither runs at check-in nor is on offer').to.equal(undefined);
    expect(hasContent(shown, { purpose: 'required', packageId: '3', retryAttempts: 3 })).to.equal(false);
    expect(readPolicyMark(shown.description), 'a person made it').to.equal(undefined);
  },

  async 'patch-policy-create'({ jamf, ctx, example }) {
    expect(await jamf.write(ctx, 'POST', example.request.path, 'patch_policy', { general: { name: 'n' } })).to.equal(
      '5',
    );
  },

  async 'computer-group-add-members'({ jamf, ctx, example }) {
    const content = { computer_additions: { computer: [{ serial_number: 'C02XYZ123456' }, { id: 999999 }] } };
    const refusal = await failureOf(jamf.write(ctx, 'PUT', example.request.path, 'computer_group', content));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include('Unable to match computer');
  },

  async 'static-group-duplicate'({ jamf, ctx, example }) {
    const { path, body } = example.request;
    const refusal = await failureOf(jamf.request(ctx, { method: 'POST', url: path, json: body }));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include('Duplicate group name.');
  },

  async 'computer-history-policy-logs'({ jamf, ctx }) {
    const logs = await policyLogs(jamf, ctx, '1');
    expect(lastRun(logs, '1', 0)).to.deep.equal({ failed: false, at: 1705309200000 });
    expect(lastRun(logs, '1', 1705309200001), 'it was before').to.equal(undefined);
    expect(lastRun(logs, '2', 0), 'another policy').to.equal(undefined);
  },

  /** Jamf sends it, to receivers of webhooks, and this plugin is none. It names what we would ask for, and proves nothing. */
  async 'webhook-policy-finished'({ example }) {
    const { event } = example.request.body as {
      event: { computer: { jssID: number }; policyId: number; successful: boolean };
    };
    const log = { policy_id: event.policyId, status: event.successful ? 'Completed' : 'Failed' };
    expect(lastRun([log], String(event.policyId), 0)).to.include({ failed: false });
    expect(String(event.computer.jssID)).to.match(/^\d+$/);
  },
};

describe('the recorded exchanges of Jamf Pro', () => {
  if (!existsSync(FOLDER)) {
    console.warn(`\n  ATTENTION: no recorded exchanges in ${FOLDER}; the client is NOT held against them\n`);
    it('are not at hand');
    return;
  }
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''));

  it('are all replayed', () => {
    expect(Object.keys(REPLAYS)).to.have.members(names);
  });

  for (const name of names) {
    it(`${name} is read, classified and mapped`, async () => {
      const example = JSON.parse(readFileSync(new URL(`examples/jamf/${name}.json`, CONTRACTS), 'utf8')) as Example;
      await replay(example, REPLAYS[name]!);
    });
  }
});

/** A server that gives the recorded answer to the recorded request, a token to whoever asks for one, and 200 `{}` to the rest. */
async function replay(example: Example, work: (replay: Replay) => Promise<void>): Promise<void> {
  const sent: Replay['sent'][number][] = [];
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const url = new URL(incoming.url!, 'http://jamf');
      const method = incoming.method!;
      sent.push({ method, url, headers: incoming.headers, body: Buffer.concat(pieces).toString('utf8') });
      const { request, response } = example;
      const asked = method === request.method && url.pathname === new URL(request.path, 'http://jamf').pathname;
      if (asked) {
        outgoing.writeHead(response.status, response.headers);
        return void outgoing.end(typeof response.body === 'string' ? response.body : JSON.stringify(response.body));
      }
      const token = url.pathname === '/api/oauth/token';
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(token ? JSON.stringify({ access_token: 'token', expires_in: 60 }) : '{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jamf = openJamf(givenConfig({ url, clientId: 'client', clientSecret: 'env:SECRET' }), 'jamf');
  try {
    await work({ jamf, ctx: testContext({ secrets: { 'env:SECRET': 'secret' } }), sent, example });
    if (example.request.path.startsWith('/') && example.response.status !== 401) {
      expect(sent.map((one) => `${one.method} ${one.url.pathname}`)).to.include(
        `${example.request.method} ${example.request.path}`,
      );
    }
  } finally {
    jamf.close();
    server.closeAllConnections();
    server.close();
  }
}

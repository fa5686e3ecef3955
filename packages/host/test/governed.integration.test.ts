import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPack } from '@eucora/sdk';
import { expect } from 'chai';
import { AUDIENCE, startProvider, type TestProvider } from '../../../tools/test/identity-provider.js';
import { startHost } from '../src/start-host.js';
import { asking, givenConfig, givenFolder, givenStorage, keyed, leftovers } from './given.js';

const INTENT = '/api/deployments/intents/i-1';
const BYTES = 'an installer';
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

/** Ada has two accounts. Her employee number is what the host knows her by. */
const PEOPLE = {
  grace: { sub: 'g-1', employee: '7', roles: ['packaging_engineer', 'cab_approver'] },
  ada: { sub: 'a-1', employee: '8', roles: ['publisher'] },
  adaTheAdmin: { sub: 'a-2', employee: '8', roles: ['cab_approver', 'publisher'] },
  carol: { sub: 'c-1', employee: '9', roles: ['cab_approver'] },
  robot: { sub: 'r-1', employee: '10', roles: ['agent', 'cab_approver'] },
  sam: { sub: 's-1', employee: '11', roles: ['security_reviewer'] },
  auditor: { sub: 'o-1', employee: '12', roles: ['auditor'] },
  root: { sub: 'root', employee: '0', roles: ['platform_admin'] },
} as const;

type Name = keyof typeof PEOPLE;

describe('a governed rollout, by people who signed in', function () {
  this.timeout(60_000);
  const left = leftovers();
  afterEach(() => left.clear());

  it('lets nobody approve what they asked for or made, whichever account they use', async () => {
    const { as, approval } = await givenWaiting();
    const { id } = await approval();
    const refusal = async (name: Name) => (await as(name)('POST', `/api/approvals/${id}/approve/`, {})).body.code;
    expect(await refusal('ada')).to.equal('FORBIDDEN');
    expect(await refusal('adaTheAdmin')).to.equal('SELF_APPROVAL');
    expect(await refusal('grace')).to.equal('APPROVER_NOT_ALLOWED');
    expect(await refusal('robot')).to.equal('APPROVER_NOT_ALLOWED');
    expect(await refusal('sam')).to.equal('FORBIDDEN');
    expect(await approval()).to.deep.include({ status: 'WAITING', given: [], requested_by: '8', packaged_by: '7' });
  });

  it('goes on with a yes to what was shown, and proves it afterwards', async () => {
    const { as, approval, settle, host } = await givenWaiting();
    const { id, evidence_digest, plan_digest } = await approval();
    const stale = { evidence_digest, plan_digest: 'f'.repeat(64) };
    const carol = as('carol');
    expect((await carol('POST', `/api/approvals/${id}/approve/`, stale)).body.code).to.equal('APPROVAL_STALE');
    const yes = await carol('POST', `/api/approvals/${id}/approve/`, { evidence_digest, plan_digest, note: 'go' });
    expect(yes.body).to.include({ status: 'APPROVED', decided_by: '9' });
    await settle();

    const run = (await as('auditor')('GET', '/api/runs/c-1/')).body.runs[0];
    expect(run.operations).to.not.be.empty;
    const shown = (await as('auditor')('GET', `/api/evidence/${run.pack}/`)).body;
    const { predicate } = JSON.parse(Buffer.from(shown.payload, 'base64').toString());
    expect(predicate.approvals[0].given).to.have.length(1);
    expect(predicate.approvals[0].given[0]).to.deep.include({ by: '9', note: 'go' });

    const file = async (sha256: string) => {
      const { headers, status } = await carol('GET', `/api/evidence/${run.pack}/files/${sha256}/`);
      return { status, type: headers.get('content-type') };
    };
    expect(await file(SHA256)).to.deep.equal({ status: 200, type: 'application/octet-stream' });
    expect((await file('0'.repeat(64))).status).to.equal(404);
    const keys = (await as(undefined)('GET', '/api/keys/')).body.public_keys;
    const chunks: Uint8Array[] = [];
    for await (const chunk of await host.hub.artifact(run.pack)) chunks.push(chunk);
    const files = { envelope: Buffer.concat(chunks), blob: (sha256: string) => host.hub.artifact(sha256) };
    expect((await verifyPack(files, keys)).complaints).to.deep.equal([]);
  });

  it('classes what an agent asks for as R3, unless it says otherwise', async () => {
    const { as } = await givenWaiting();
    const asked = await as('robot')('POST', `${INTENT}/publish/`, { correlation_id: 'c-2', ring: 'lab' }, keyed('c-2'));
    expect(asked.body.runs[0]).to.deep.include({ agent: { risk_class: 'R3' }, requested_by: '10' });
    const wrong = { correlation_id: 'c-3', ring: 'lab', risk_class: 'R9' };
    expect((await as('robot')('POST', `${INTENT}/publish/`, wrong, keyed('c-3'))).body.code).to.equal('INPUT_INVALID');
    const back = { correlation_id: 'c-1', reason: 'r' };
    const takeBack = await as('robot')('POST', `${INTENT}/rollback/`, back, keyed('c-1'));
    expect([takeBack.status, takeBack.body.detail]).to.deep.equal([
      403,
      '10 is an agent, and taking back is for people; an agent can halt',
    ]);
    const waiver = { gate: 'cab', subjects: ['x'], package: 'tool', reason: 'r', expires_at: '2999-01-01T00:00:00Z' };
    expect((await as('robot')('POST', '/api/waivers/', waiver)).body.code).to.equal('FORBIDDEN');
  });

  it('grants waivers and keeps incidents by the people who may', async () => {
    const { as } = await givenWaiting();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const waiver = { gate: 'vulnerabilities', subjects: ['CVE-1'], package: 'tool@1.0.0', rings: ['lab'], reason: 'r' };
    const granted = await as('sam')('POST', '/api/waivers/', { ...waiver, expires_at: until });
    expect(granted.body).to.deep.include({ ...waiver, status: 'ACTIVE', granted_by: '11', status_code: 201 });
    expect(
      (await as('sam')('POST', '/api/waivers/', { ...waiver, expires_at: '2020-01-01T00:00:00Z' })).status,
    ).to.equal(400);
    expect((await as('auditor')('GET', '/api/waivers/')).body.items).to.have.length(1);
    const revoked = await as('sam')('POST', `/api/waivers/${granted.body.id}/revoke/`, { reason: 'fixed' });
    expect(revoked.body).to.include({ status: 'REVOKED', revoked_by: '11' });
    expect((await as('sam')('POST', '/api/waivers/none/revoke/', { reason: 'x' })).status).to.equal(404);

    const reported = await as('carol')('POST', '/api/incidents/', { package_name: 'tool', what: 'beacons out' });
    expect(reported.body).to.include({ status: 'OPEN', reported_by: '9' });
    expect((await as('ada')('POST', '/api/incidents/', { package_name: 'tool', what: 'x' })).status).to.equal(403);
    const closed = await as('sam')('POST', `/api/incidents/${reported.body.id}/close/`, { note: 'no' });
    expect(closed.body).to.include({ status: 'CLOSED', closed_by: '11' });
    expect((await as('auditor')('GET', '/api/incidents/?status=CLOSED')).body.items).to.have.length(1);
  });

  it('takes documents for a package, and makes them part of the next evidence', async () => {
    const { as } = await givenWaiting();
    const grace = as('grace');
    const text = '{"a":"report"}';
    const sha256 = createHash('sha256').update(text).digest('hex');
    const body = { package_key: 'tool@1.0.0/linux', kind: 'scan', sha256, size: text.length, file_name: 'scan.json' };
    expect((await grace('POST', '/api/packages/documents/', body)).body.code).to.equal('ARTIFACT_NOT_FOUND');
    await grace('PUT', `/api/artifacts/${sha256}`, text);
    for (const time of ['first', 'second'])
      expect((await grace('POST', '/api/packages/documents/', body)).body.documents, time).to.have.length(1);
    expect((await grace('POST', '/api/packages/documents/', { ...body, kind: 'horoscope' })).status).to.equal(400);
    expect((await as('ada')('POST', '/api/packages/documents/', body)).status).to.equal(403);
  });

  it('uses the key of the data folder, and says so nowhere', async () => {
    const { config, as } = await givenWaiting();
    const read = (name: string) => readFileSync(join(config.dataDir, name), 'utf8');
    expect((await as(undefined)('GET', '/api/keys/')).body.public_keys).to.deep.equal([read('signing-key.pub')]);
    expect(read('signing-key.pem')).to.match(/^-----BEGIN PRIVATE KEY-----/);
  });

  async function givenWaiting() {
    const provider = await startProvider();
    left.keep(() => provider.close());
    const folder = givenFolder(left);
    const config = givenConfig(folder, { oidc: settings(provider) });
    const host = await startHost({ config, storage: givenStorage() });
    left.keep(() => host.close());
    const tokens = Object.fromEntries(
      await Promise.all(
        Object.entries(PEOPLE).map(async ([name, claims]) => [name, await provider.token(claims)] as const),
      ),
    );
    const as = (name: Name | undefined) => asking(host.url, name ? tokens[name]! : '');
    await prepare(as);
    const settle = () => host.hub.settle();
    await as('ada')('POST', `${INTENT}/publish/`, { correlation_id: 'c-1', ring: 'lab' }, keyed('c-1'));
    await settle();
    const approval = async () => (await as('carol')('GET', '/api/approvals/')).body.items[0];
    return { host, config, as, settle, approval };
  }
});

async function prepare(as: (name: Name) => ReturnType<typeof asking>): Promise<void> {
  const [root, grace, ada] = [as('root'), as('grace'), as('ada')];
  const rules = [{ rings: ['lab'], needed: 1 }];
  await root('POST', '/api/connectors/', { connector_id: 'sandbox', module: '@eucora/plugin-sandbox', enabled: true });
  const cab = { connector_id: 'cab', module: '@eucora/plugin-gate-cab', config: { rules }, enabled: true };
  expect((await root('POST', '/api/connectors/', cab)).body.state).to.equal('connected');
  await grace('PUT', `/api/artifacts/${SHA256}`, BYTES);
  await grace('POST', '/api/packages/', {
    name: 'tool',
    version: '1.0.0',
    platform: 'linux',
    publisher: 'Example',
    artifact: { sha256: SHA256, size: BYTES.length, file_name: 'tool.deb' },
    install_command: 'install',
    uninstall_command: 'remove',
    detection: [{ kind: 'package', name: 'tool' }],
  });
  const created = await ada('POST', '/api/deployments/intents/', {
    id: 'i-1',
    package_key: 'tool@1.0.0/linux',
    planes: ['sandbox'],
    rings: [{ ring: 'lab', scopes: { sandbox: { include: ['lab-devices'] } } }],
  });
  expect(created.status, JSON.stringify(created.body)).to.equal(201);
}

const settings = ({ issuer }: TestProvider) => ({
  issuer,
  audience: AUDIENCE,
  scopes: ['openid'],
  subjectClaim: 'employee',
  rolesClaim: 'roles',
  algorithms: ['RS256'],
  tokenTypes: ['at+jwt'],
  clockToleranceSeconds: 30,
});

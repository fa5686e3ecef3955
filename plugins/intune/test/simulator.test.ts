import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { planeHttp } from '@eucora/sdk/http';
import { memoryJournal } from '@eucora/sdk/testing';
import { hostsOf } from '../src/config.js';
import { certificateTokens } from '../src/token.js';
import { generateCertificate, rollout } from '../simulator/index.js';
import { CANARY, contract, givenWorld, LAB, newer, type World } from './given.js';

describe('the Intune simulator', () => {
  let world: World;
  let id: string;
  beforeEach(async () => {
    world = await givenWorld();
    const journal = memoryJournal({ now: () => world.ctx.now() });
    await world.plane.publishPackage(world.ctx, { order: newer(), journal });
    [id] = [...world.simulator.state.apps.keys()] as [string];
  });
  afterEach(() => world.stop());

  it('lets nobody in without a token that it gave', async () => {
    expect((await ask('GET', '/deviceAppManagement/mobileApps', { token: 'made up' })).status).to.equal(401);
  });

  it("speaks both spellings of the app's type", async () => {
    for (const segment of ['graph.win32LobApp', 'microsoft.graph.win32LobApp']) {
      const { body } = await ask('GET', `/deviceAppManagement/mobileApps/${id}/${segment}/contentVersions`);
      expect(body.value).to.deep.equal([{ id: '1' }]);
    }
  });

  it("answers under the caller's request id", async () => {
    const { headers } = await ask('GET', `/deviceAppManagement/mobileApps/${id}`, {
      headers: { 'client-request-id': 'mine' },
    });
    expect(headers.get('client-request-id')).to.equal('mine');
    expect(headers.get('request-id')).to.match(/-/);
  });

  it('does not know what Microsoft took away', async () => {
    const { status, body } = await ask('GET', `/deviceAppManagement/mobileApps/${id}/deviceStatuses`);
    expect(status).to.equal(400);
    expect(body.error.message).to.equal("Resource not found for the segment 'deviceStatuses'.");
    expect((await ask('GET', '/deviceAppManagement/nothing')).status).to.equal(400);
  });

  it('refuses to assign what is not published, as Intune says it', async () => {
    const app = world.simulator.state.apps.get(id)!;
    app.committedAt = undefined;
    const { status, body } = await ask('POST', `/deviceAppManagement/mobileApps/${id}/assign`, {
      body: { mobileAppAssignments: [] },
    });
    expect(status).to.equal(400);
    expect(JSON.parse(body.error.message).Message).to.match(/PublishingState is not 'Published'/);
  });

  it('refuses a group that comes twice, and an exclusion with settings; a wrong intent is a 500', async () => {
    const group = (groupId: string, type = 'groupAssignmentTarget') => ({
      '@odata.type': `#microsoft.graph.${type}`,
      groupId,
    });
    const assign = (...mobileAppAssignments: object[]) =>
      ask('POST', `/deviceAppManagement/mobileApps/${id}/assign`, { body: { mobileAppAssignments } });
    expect(
      (await assign({ intent: 'required', target: group(LAB) }, { intent: 'required', target: group(LAB) })).status,
    ).to.equal(400);
    const settings = { '@odata.type': '#microsoft.graph.win32LobAppAssignmentSettings' };
    expect(
      (await assign({ intent: 'required', target: group(LAB, 'exclusionGroupAssignmentTarget'), settings })).status,
    ).to.equal(400);
    expect((await assign({ target: group(LAB) })).status).to.equal(500);
    expect((await assign({ intent: 'required', target: { groupId: LAB } })).status).to.equal(400);
  });

  it('adds and removes one assignment, as a person at the console does', async () => {
    const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: CANARY };
    const url = `/deviceAppManagement/mobileApps/${id}/assignments`;
    const { status, body } = await ask('POST', url, { body: { intent: 'required', target } });
    expect(status).to.equal(201);
    expect((await ask('POST', url, { body: { intent: 'required', target } })).status).to.equal(400);
    expect((await ask('DELETE', `${url}/${body.id}`)).status).to.equal(204);
    expect((await ask('DELETE', `${url}/${body.id}`)).status).to.equal(404);
    expect(world.simulator.ledger.count('assignment_removed')).to.equal(1);
  });

  it('deletes an app', async () => {
    expect((await ask('DELETE', `/deviceAppManagement/mobileApps/${id}`)).status).to.equal(204);
    expect((await ask('GET', `/deviceAppManagement/mobileApps/${id}`)).status).to.equal(404);
  });

  it('lets nobody point an app at content that it has not taken', async () => {
    const body = { '@odata.type': '#microsoft.graph.win32LobApp', committedContentVersion: '7' };
    expect((await ask('PATCH', `/deviceAppManagement/mobileApps/${id}`, { body })).status).to.equal(400);
    expect((await ask('PATCH', `/deviceAppManagement/mobileApps/${id}`, { body: { notes: 'x' } })).status).to.equal(
      400,
    );
  });

  it('does not commit what was not uploaded, nor take sizes that do not belong together', async () => {
    const files = `/deviceAppManagement/mobileApps/${id}/graph.win32LobApp/contentVersions/1/files`;
    const file = { '@odata.type': '#microsoft.graph.mobileAppContentFile', name: 'x', size: 10 };
    expect((await ask('POST', files, { body: { ...file, sizeEncrypted: 10 } })).status).to.equal(400);
    const { body } = await ask('POST', files, { body: { ...file, sizeEncrypted: 64 } });
    expect(body.uploadState).to.equal('azureStorageUriRequestPending');
    expect((await ask('POST', `${files}/${body.id}/commit`, { body: { fileEncryptionInfo: {} } })).status).to.equal(
      204,
    );
    expect((await ask('GET', `${files}/${body.id}`)).body.uploadState).to.equal('commitFilePending');
    await world.clock.advance(60_000);
    expect((await ask('GET', `${files}/${body.id}`)).body.uploadState).to.equal('commitFileFailed');
    expect((await ask('GET', `${files}/other`)).status).to.equal(404);
    expect((await ask('GET', files.replace('/1/', '/9/'))).status).to.equal(404);
    expect((await ask('GET', files.replace(id, 'nobody'))).status).to.equal(404);
  });

  it('takes no bytes without its signature, nor with a bearer token beside it', async () => {
    const put = (query: string, headers = {}) =>
      fetch(`${world.simulator.url}/uploads/x?${query}`, { method: 'PUT', body: 'bytes', headers });
    expect((await put('sig=wrong&comp=block&blockid=AAAA')).status).to.equal(403);
    expect((await put('sig=wrong', { authorization: 'Bearer x' })).status).to.equal(400);
    const files = `/deviceAppManagement/mobileApps/${id}/graph.win32LobApp/contentVersions/1/files`;
    const file = { '@odata.type': '#microsoft.graph.mobileAppContentFile', name: 'x', size: 10, sizeEncrypted: 64 };
    const { body } = await ask('POST', files, { body: file });
    await world.clock.advance(60_000);
    const { azureStorageUri: sas } = (await ask('GET', `${files}/${body.id}`)).body;
    const upload = (query: string, content: string) => fetch(`${sas}&${query}`, { method: 'PUT', body: content });
    expect((await upload('comp=block&blockid=AAAA', 'x')).status).to.equal(201);
    expect((await upload('comp=block&blockid=AAAAAAAA', 'x')).status).to.equal(400);
    expect((await upload('comp=blocklist', '<BlockList><Latest>BBBB</Latest></BlockList>')).status).to.equal(400);
    expect((await upload('comp=lease', '')).status).to.equal(400);
  });

  it('filters and selects what Intune filters and selects, and no more', async () => {
    const list = (query: string) => ask('GET', `/deviceAppManagement/mobileApps?${query}`);
    expect((await list(`$filter=contains(notes,'eucora')`)).status).to.equal(400);
    expect((await list('$select=id,setupFilePath')).status).to.equal(400);
    expect((await list('$select=id,notes&$top=1')).body.value[0]).to.have.keys('@odata.type', 'id', 'notes');
    expect((await ask('GET', "/deviceManagement/managedDevices?$filter=deviceName eq 'x'")).status).to.equal(400);
    expect((await ask('GET', `/groups/${LAB}/transitiveMembers/graph.device`)).status).to.equal(400);
    expect((await ask('GET', `/groups/${LAB}`)).body.id).to.equal(LAB);
  });

  it('takes the reports that it knows, with their filter and their columns', async () => {
    const jobs = '/deviceManagement/reports/exportJobs';
    const good = {
      reportName: 'DeviceInstallStatusByApp',
      filter: `(ApplicationId eq '${id}')`,
      format: 'csv',
      select: ['DeviceId'],
    };
    for (const wrong of [{ reportName: 'Devices' }, { filter: '' }, { select: ['Shoes'] }, { format: 'json' }]) {
      expect((await ask('POST', jobs, { body: { ...good, ...wrong } })).status).to.equal(400);
    }
    const { status, body } = await ask('POST', jobs, { body: good });
    expect(status).to.equal(201);
    expect((await ask('GET', `${jobs}('${body.id}')`)).body.status).to.equal('notStarted');
    await world.clock.advance(1_000);
    expect((await ask('GET', `${jobs}/${body.id}`)).body.status).to.equal('inProgress');
    await world.clock.advance(60_000);
    const { url } = (await ask('GET', `${jobs}/${body.id}`)).body;
    expect((await fetch(url)).status).to.equal(200);
    expect((await fetch(`${url}x`)).status).to.equal(403);
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).to.equal(400);
    expect((await ask('GET', `${jobs}/nothing`)).status).to.equal(404);
  });

  it('throttles writes to apps as Microsoft does: a hundred in twenty seconds', async () => {
    const statuses = [];
    for (let n = 0; n < 101; n++) {
      const { status, headers } = await ask('POST', `/deviceAppManagement/mobileApps/${id}/assign`, {
        body: { mobileAppAssignments: [] },
      });
      statuses.push(status);
      if (status === 429) expect(Number(headers.get('retry-after'))).to.be.within(1, 20);
    }
    expect(statuses.indexOf(429)).to.be.within(90, 100);
    await world.clock.advance(20_000);
    expect(
      (await ask('POST', `/deviceAppManagement/mobileApps/${id}/assign`, { body: { mobileAppAssignments: [] } }))
        .status,
    ).to.equal(204);
  });

  it('answers a batch of twenty, each by itself and in another order, and no larger one', async () => {
    const requests = [`/deviceAppManagement/mobileApps/${id}`, 'groups/nobody'].map((url, n) => ({
      id: String(n),
      method: 'GET',
      url,
    }));
    const { body } = await ask('POST', '/$batch', { body: { requests } });
    expect(
      body.responses.map(({ id: name, status }: { id: string; status: number }) => `${name} ${status}`),
    ).to.deep.equal(['1 404', '0 200']);
    const many = Array.from({ length: 21 }, (_, n) => ({ id: String(n), method: 'GET', url: '/x' }));
    expect((await ask('POST', '/$batch', { body: { requests: many } })).status).to.equal(400);
    expect((await ask('POST', '/$batch', { body: { requests: [requests[0], requests[0]] } })).status).to.equal(400);
  });

  it('holds every request against the contract, where that is at hand', async function () {
    if (!contract) this.skip();
    const { status } = await ask('POST', '/deviceAppManagement/mobileApps', {
      body: { '@odata.type': '#microsoft.graph.win32LobApp', displayName: 'x', madeUp: true },
    });
    expect(status).to.equal(400);
    expect(world.simulator.violations).to.have.length(1);
    expect(world.simulator.violations[0]).to.include('madeUp');
  });

  it('holds the requests in a batch against it one by one, and what is no part of Graph not at all', async function () {
    if (!contract) this.skip();
    const given = (path: string, body?: unknown) => ({ method: 'POST', path, query: {}, headers: {}, body });
    const get = (url: string) => ({ id: url, method: 'GET', url });
    const requests = [
      get('/groups/1/transitiveMembers/graph.device?$top=5'),
      get('/groups/1?$madeUp=1'),
      get('/nothing'),
    ];
    const violations = contract(given('/v1.0/$batch', { requests }));
    expect(violations).to.have.length(2);
    expect(violations[0]).to.include('$madeUp');
    expect(violations[1]).to.include('/v1.0/nothing');
    for (const path of ['/tenant/oauth2/v2.0/token', '/uploads/1']) expect(contract(given(path))).to.deep.equal([]);
    expect(contract(given('/beta/deviceAppManagement/mobileApps'))).to.have.length(1);
  });

  async function ask(
    method: string,
    path: string,
    { body, token, headers = {} }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ) {
    const answer = await fetch(`${world.simulator.graphUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token ?? (await freshToken())}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
  }

  const freshToken = async () =>
    (await certificateTokens(world.config, login(world)).token(world.ctx, { fresh: false })).trim();
});

const login = ({ config }: World) => planeHttp({ plane: 'test', baseUrl: config.loginUrl, hosts: hostsOf(config) });

describe('a certificate for trials', () => {
  it('is a certificate that Node takes, of the key beside it', () => {
    const { certificate, privateKey } = generateCertificate({ commonName: 'trial', days: 10 });
    const read = new X509Certificate(certificate);
    expect(read.subject).to.equal('CN=trial');
    expect(read.checkPrivateKey(createPrivateKey(privateKey))).to.equal(true);
    expect(read.verify(read.publicKey)).to.equal(true);
  });

  it('may last beyond 2049, when times are written otherwise', () => {
    const { certificate } = generateCertificate({ from: new Date('2026-01-01T00:00:00Z'), days: 40 * 365 });
    expect(new X509Certificate(certificate).validTo).to.match(/2065/);
  });
});

describe('a rollout', () => {
  it('deals devices out to the rings until there are none left', () => {
    const { devices, groups } = rollout(115);
    expect(devices).to.have.length(115);
    expect(Object.keys(groups)).to.deep.equal(['lab', 'canary', 'pilot']);
    expect(devices.filter((device) => device.groups[0] === groups.lab)).to.have.length(10);
    expect(devices.filter((device) => device.groups[0] === groups.pilot)).to.have.length(5);
  });
});

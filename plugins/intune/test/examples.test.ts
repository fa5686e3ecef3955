import { readFileSync } from 'node:fs';
import type { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { assign, assignmentsOf, changeApp, createApp, readApp, win32Apps } from '../src/graph-apps.js';
import { commitFile, createContentVersion, isTaken, putBlock, readFile, renewUpload } from '../src/graph-content.js';
import { exportInstallStates } from '../src/graph-reports.js';
import { writesOf } from '../src/graph-writes.js';
import { observeApps } from '../src/held-apps.js';
import { echo, toAssignment, toHeldAssignment, toWin32LobApp } from '../src/mapping.js';
import { readPackageMark } from '../src/notes.js';
import type { MobileApp } from '../src/wire.js';
import { collected, newer } from './given.js';
import {
  endReplays,
  expectAsRecorded,
  namesIn,
  readRecorded,
  recordedNames,
  replaying,
  type Recorded,
} from './recorded.js';
import { failureOf } from './steps.js';

const APP = '9607b530-b530-9607-30b5-079630b50796';
const PLACE = { appId: APP, version: '1', fileId: 'eab2e29b-e29b-eab2-9be2-b2ea9be2b2ea' };
const SAS = 'https://example.blob.core.windows.net/container/blob.intunewin.bin?sv=x&sig=y';
const DONE = { status: 200, headers: {}, body: { value: [] } };

/** Each recorded exchange, with our client in the place of whoever recorded it. */
const REPLAYS: Readonly<Record<string, (recorded: Recorded) => Promise<void>>> = {
  /** Replayed in content.test.ts, which must be about this very vector. */
  async '00-intunewin-test-vector.json'() {
    const vector = readRecorded<Record<string, unknown>>('00-intunewin-test-vector.json');
    const test = readFileSync(new URL('content.test.ts', import.meta.url), 'utf8');
    for (const name of ['mac', 'fileDigest', 'encryptedBlobBase64']) expect(test).to.include(String(vector[name]));
  },

  async '01-win32lobapp-create.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const app = toWin32LobApp(newer());
    expect(await createApp(graph, ctx, app)).to.equal(APP);
    expectAsRecorded(sent[0]!, recorded);
    expect(namesIn(recorded.request.body)).to.include.members(namesIn(app));
    const registry = { kind: 'registry', keyPath: 'HKLM\\Tool', valueName: 'v', value: '2' } as const;
    const { rules } = toWin32LobApp(newer({ package: { ...newer().package, detection: [registry] } }));
    const [theirs] = (recorded.request.body as { rules: readonly object[] }).rules;
    expect(namesIn(theirs)).to.have.members(namesIn(rules[0]));
  },

  async '02-contentversion-create.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    expect(await createContentVersion(graph, ctx, APP)).to.equal('fe0bb9a9-b9a9-fe0b-a9b9-0bfea9b90bfe');
    expectAsRecorded(sent[0]!, recorded);
  },

  async '04-contentfile-get.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const file = await readFile(graph, ctx, PLACE);
    expectAsRecorded(sent[0]!, recorded);
    expect(file).to.include({ id: PLACE.fileId, azureStorageUri: 'Azure Storage Uri value' });
    expect(isTaken(file), 'isCommitted says so, whatever the state').to.equal(true);
    expect(isTaken({ ...file, isCommitted: false })).to.equal(false);
  },

  async '05-contentfile-renewupload.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    await renewUpload(graph, ctx, PLACE);
    expectAsRecorded(sent[0]!, recorded);
  },

  async '06-contentfile-commit.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const text = '';
    await commitFile(graph, ctx, PLACE, {
      encryptionKey: text,
      macKey: text,
      initializationVector: text,
      mac: text,
      profileIdentifier: 'ProfileVersion1',
      fileDigest: text,
      fileDigestAlgorithm: 'SHA256',
    });
    expectAsRecorded(sent[0]!, recorded);
    const infoIn = (body: unknown) => namesIn((body as { fileEncryptionInfo: object }).fileEncryptionInfo);
    expect(infoIn(sent[0]!.body)).to.have.members(infoIn(recorded.request.body));
  },

  async '07-azure-block-put.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    await putBlock(graph, ctx, SAS, 'MDAwMA==', Buffer.from('ciphertext'));
    expectAsRecorded(sent[0]!, recorded);
    expect(sent[0]!.headers).to.include({
      'x-ms-blob-type': 'BlockBlob',
      'content-type': 'application/octet-stream',
    });
    expect(sent[0]!.headers).not.to.have.property('authorization');
  },

  async '09-win32lobapp-patch-committedcontentversion.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    expect(await changeApp(graph, ctx, APP, { committedContentVersion: '1' })).to.equal(undefined);
    expectAsRecorded(sent[0]!, recorded);
    expect(sent[0]!.body).to.deep.equal(recorded.request.body);
  },

  async '10-mobileapp-list.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const [app, ...more] = await collected(win32Apps(graph, ctx));
    expect(more).to.have.length(0);
    expect(app).to.include({ id: '0177548a-548a-0177-8a54-77018a547701', publishingState: 'processing' });
    expectAsRecorded(sent[0]!, recorded);
    expect(await observeApps(graph, ctx, newer().package, {}), 'an app of somebody else').to.deep.equal({
      packages: [],
      assignments: [],
    });
  },

  async '11-win32lobapp-get.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const app = await readApp(graph, ctx, APP);
    expectAsRecorded(sent[0]!, recorded);
    expect(app).to.include({ id: APP, notes: 'Notes value', publishingState: 'processing' });
    expect(app?.committedContentVersion).to.equal('Committed Content Version value');
    expect(readPackageMark(app?.notes), 'an app of somebody else').to.equal(undefined);
  },

  /** Nothing of ours deletes: an older app is the way back. The answer is read all the same. */
  async '12-win32lobapp-delete.json'(recorded) {
    const { graph, ctx, config } = await replaying(recorded.response);
    const url = `/deviceAppManagement/mobileApps/${APP}`;
    expect(await graph.request(ctx, { method: 'DELETE', url })).to.include({ status: 204, body: undefined });
    const { createApp: create, changeApp: change, assign: assigning, uploadContent } = writesOf(config);
    const all = [...create, ...change, ...assigning, ...uploadContent(newer().package.artifact)];
    expect(all.filter((one) => one.startsWith('DELETE'))).to.deep.equal([]);
  },

  async '14-mobileappassignment-list.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const [assignment] = (await assignmentsOf(graph, ctx, [APP])).get(APP)!;
    expectAsRecorded(sent[0]!, recorded);
    expect(toHeldAssignment('1', assignment!)).to.deep.equal({
      version: '1',
      target: 'allLicensedUsersAssignmentTarget',
      mode: 'include',
      purpose: 'required',
      ref: '591620b7-20b7-5916-b720-1659b7201659',
    });
    expect(echo(assignment!), 'sent back as it was').to.deep.include({
      intent: 'required',
      settings: assignment!.settings,
    });
  },

  /** Not how we assign (see the connector specification), but what an assignment is made of. */
  async '15-mobileappassignment-create.json'(recorded) {
    const { graph, ctx } = await replaying(recorded.response);
    const url = `/deviceAppManagement/mobileApps/${APP}/assignments`;
    const { body } = await graph.request<{ id: string }>(ctx, { method: 'POST', url, json: recorded.request.body });
    expect(body.id).to.equal('591620b7-20b7-5916-b720-1659b7201659');
    const ours = toAssignment({ group: 'g', mode: 'include', purpose: 'required' });
    expect(namesIn(recorded.request.body)).to.have.members(namesIn(ours));
  },

  /** Another type of app. We make none, and take none for ours. */
  async '16-windowsmobilemsi-create.json'(recorded) {
    const { graph, ctx } = await replaying({ ...recorded.response, status: 200 });
    const app = (await readApp(graph, ctx, 'aa453e5d')) as MobileApp;
    expect(app['@odata.type']).to.equal('#microsoft.graph.windowsMobileMSI');
    expect(toWin32LobApp(newer())['@odata.type']).to.equal('#microsoft.graph.win32LobApp');
    expect(readPackageMark(app.notes)).to.equal(undefined);
  },

  /** What was found on devices, whoever put it there: a list that no install state of ours comes from. */
  async '17-detectedapp-list.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const apps = await collected(graph.pages<{ version: string }>(ctx, { url: '/deviceManagement/detectedApps' }));
    expect(apps.map(({ version }) => version)).to.deep.equal(['Version value']);
    expectAsRecorded(sent[0]!, recorded);
  },

  async '19-exportjob-create.json'(recorded) {
    const { graph, ctx, sent, config } = await replaying(recorded.response);
    const refusal = await failureOf(exportInstallStates(graph, ctx, config, APP));
    expect(refusal, 'a job that is never more than notStarted').to.include({ code: 'DEADLINE_EXCEEDED' });
    expectAsRecorded(sent[0]!, recorded);
    expect(sent[1]!.path).to.match(/\/exportJobs\/Devices_05e62361-783b-4cec-b635-0aed0ecf14a3$/);
    expect(namesIn(sent[0]!.body)).to.have.members(namesIn(recorded.request.body));
  },

  async '20-exportjob-get-completed.json'(recorded) {
    const { graph, ctx, sent, config } = await replaying({ ...recorded.response, status: 201 }, recorded.response, {
      status: 200,
      headers: {},
      body: 'the zip',
    });
    const zip = await exportInstallStates(graph, ctx, config, APP);
    expect(Buffer.from(zip).toString()).to.equal('the zip');
    expectAsRecorded(sent[1]!, recorded);
    expect(sent[2]!.path).to.equal(new URL((recorded.response.body as { url: string }).url).pathname);
    expect(sent[2]!.headers).not.to.have.property('authorization');
  },

  /** Beta, which we do not speak: versions change hands by assignments. The answer is read all the same. */
  async '21-beta-updaterelationships.json'(recorded) {
    const { graph, ctx, config } = await replaying(recorded.response);
    const url = `/deviceAppManagement/mobileApps/${APP}/updateRelationships`;
    const { status, body } = await graph.request(ctx, { method: 'POST', url, json: recorded.request.body });
    expect({ status, body }).to.deep.equal({ status: 204, body: undefined });
    expect(config.graphUrl).to.match(/\/v1\.0$/);
  },

  async '22-error-429-throttled.json'(recorded) {
    const { graph, ctx, clock, sent } = await replaying(recorded.response, DONE);
    const began = clock.now().getTime();
    expect(await collected(win32Apps(graph, ctx))).to.deep.equal([]);
    expectAsRecorded(sent[0]!, recorded);
    expect(clock.now().getTime() - began, 'as long as it was told').to.equal(10_000);

    const again = await replaying(recorded.response);
    const refusal = await failureOf(collected(win32Apps(again.graph, again.ctx)));
    expect(refusal).to.include({ code: 'PLANE_THROTTLED', errorClass: 'transient', retryAfterMs: 10_000 });
  },

  async '24-error-400-assign-not-published.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const refusal = await failureOf(assign(graph, ctx, '11e55060-e4b9-44b8-994b-a365a142f6e2', []));
    expectAsRecorded(sent[0]!, recorded);
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'transient' });
    const { message } = refusal as EucoraError;
    expect(message)
      .to.include("app's PublishingState is not 'Published'")
      .and.not.to.match(/Activity ID|fef\./);
  },

  async '25-error-400-devicestatuses-removed.json'(recorded) {
    const { graph, ctx, sent } = await replaying(recorded.response);
    const url = `/deviceAppManagement/mobileApps/${APP}/deviceStatuses`;
    const refusal = await failureOf(graph.request(ctx, { method: 'GET', url }));
    expectAsRecorded(sent[0]!, recorded);
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect((refusal as EucoraError).message).to.match(/Graph no longer has GET .*deviceStatuses/);
    expect(sent).to.have.length(1);
  },
};

describe('what others recorded of Intune', () => {
  const names = recordedNames();
  afterEach(endReplays);

  for (const name of names) {
    it(`${name} is read as the facts say`, async () => {
      const replay = REPLAYS[name];
      expect(replay, `there is no replay of ${name}`).to.be.a('function');
      await replay!(readRecorded(name));
    });
  }
});

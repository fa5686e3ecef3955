import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { realClock, testContext, type TestContext } from '@eucora/sdk/testing';
import { openAdminService, type AdminService } from '../src/admin-service.js';
import { applicationsNamed, assignmentsOf, deleteAssignment } from '../src/admin-service-applications.js';
import { addQueryRule, createCollection, membersOf, READY, requestRefresh } from '../src/admin-service-collections.js';
import { addToGroups, statusOnGroups } from '../src/admin-service-content.js';
import { arrivalOn } from '../src/held-content.js';
import { collected, CONTRACTS, failureOf, givenConfig, SHARE } from './given.js';

/** One exchange as it was recorded or documented. */
interface Example {
  readonly method: string;
  readonly path: string;
  readonly request: { readonly body: unknown };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
}

interface Replay {
  readonly service: AdminService;
  readonly ctx: TestContext;
  readonly example: Example;
  /** What our client asked for, the last time: `GET /AdminService/wmi/SMS_Site?$top=1`, decoded. */
  asked(): string;
  /** What it sent with it. */
  sent(): unknown;
}

const MODEL = 'ScopeId_99ED2923-6EDE-4D65-AC0E-21876AE0D204/Application_23628f33-7a22-493a-8a29-aa009b40024b';
const GROUP = '{9E1F8A2B-5A0F-4B1E-9A51-0C1D2E3F4A5B}';

/**
 * How each example is asked for, and what our client makes of its answer. What this connector does not use is read all the same: an
 * answer of the service has to be understood whatever it is about. A file without an entry here fails the test.
 */
const REPLAYS: Readonly<Record<string, (replay: Replay) => Promise<void>>> = {
  async '01-collection-create'({ service, ctx, asked, sent }) {
    const made = await createCollection(service, ctx, { name: 'ours', limit: 'SMS00004', comment: 'mark' });
    expect(asked()).to.equal('POST /AdminService/wmi/SMS_Collection');
    expect(sent()).to.deep.equal({
      Name: 'ours',
      LimitToCollectionID: 'SMS00004',
      Comment: 'mark',
      CollectionType: 2,
      RefreshType: 4,
    });
    expect(made).to.include({ CollectionID: 'ABC00200', CurrentStatus: 5, MemberCount: 0 });
    expect(made.CurrentStatus).not.to.equal(READY);
    expect(made.LastRefreshTime! < '1990', 'a date that means never').to.equal(true);
  },

  async '02-collection-add-direct-rule'({ service, ctx, asked, sent, example }) {
    await addQueryRule(service, ctx, 'ABC00200', 'ours', 'select …');
    expect(asked()).to.equal(`POST ${example.path}`);
    expect(Object.keys(sent() as object)).to.deep.equal(Object.keys(example.request.body as object));
  },

  async '04-collection-add-rules-bulk-broken'({ service, ctx, example }) {
    const failure = await failureOf(
      service.call(ctx, example.path.replace('/AdminService/wmi/', ''), example.request.body as object),
    );
    expect(failure).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(failure.message).to.contain('cannot read');
  },

  async '05-collection-refresh'({ service, ctx, asked, sent, example }) {
    await requestRefresh(service, ctx, 'ABC00200');
    expect(asked()).to.equal(`POST ${example.path}`);
    expect(sent(), 'an empty object is needed as body').to.deep.equal({});
  },

  async '06-collection-members-poll'({ service, ctx, asked }) {
    expect(await collected(membersOf(service, ctx, 'ABC00200'))).to.deep.equal([]);
    expect(asked()).to.match(
      /^GET \/AdminService\/wmi\/SMS_FullCollectionMembership\?\$filter=CollectionID eq 'ABC00200'&/,
    );
  },

  async '07-application-create'({ service, ctx, example }) {
    const made = await service.create<{ ModelName: string; CI_ID: number }>(
      ctx,
      'SMS_Application',
      example.request.body as object,
    );
    expect(made).to.include({ CI_ID: 16853331, ModelName: MODEL });
  },

  async '09-application-search-then-get'({ service, ctx, asked }) {
    const found = await collected(applicationsNamed(service, ctx, 'Google Chrome'));
    expect(asked()).to.contain("$filter=startswith(LocalizedDisplayName,'Google Chrome') and IsLatest eq true");
    expect(found.map(({ CI_ID }) => CI_ID)).to.deep.equal([16853331]);
  },

  async '10-content-distribute'({ service, ctx, asked, sent, example }) {
    await addToGroups(service, ctx, 'ABC00123', [GROUP]);
    expect(asked()).to.equal(`POST ${example.path}`);
    expect(sent()).to.deep.equal(example.request.body);
  },

  async '11-content-status'({ service, ctx, asked }) {
    const rows = await collected(statusOnGroups(service, ctx, MODEL, [GROUP]));
    expect(asked()).to.contain(`ObjectID eq '${MODEL}' and GroupID eq '${GROUP}'`);
    expect(arrivalOn(rows.map(({ MessageState }) => MessageState))).to.equal('coming');
  },

  async '12-content-failed-list'({ service, ctx }) {
    const [row] = await service.list<{ PackageID: string; Status: number }>(ctx, 'SMS_PackageStatus', {
      filter: 'Status eq 5',
    });
    expect(row).to.include({ PackageID: 'ABC00003', Status: 5 });
  },

  async '14-deployment-exists-check'({ service, ctx, asked }) {
    const found = await assignmentsOf(service, ctx, [16846056]);
    expect(asked()).to.contain('$filter=AppModelID eq 16846056&');
    expect(found.map(({ AssignmentID }) => AssignmentID)).to.deep.equal([16778597]);
  },

  async '15-deployment-delete'({ service, ctx, asked, example }) {
    await deleteAssignment(service, ctx, 16778597);
    expect(asked()).to.equal(`DELETE ${example.path}`);
  },

  async '16-deployment-summary'({ service, ctx }) {
    const query = { filter: 'AssignmentID eq 16778597' };
    const [row] = await service.list<Record<string, number>>(ctx, 'SMS_DeploymentSummary', query);
    const { NumberTargeted, NumberSuccess, NumberErrors, NumberInProgress, NumberOther, NumberUnknown } = row!;
    expect(NumberTargeted).to.equal(NumberSuccess! + NumberErrors! + NumberInProgress! + NumberOther! + NumberUnknown!);
  },

  async '17-access-denied-as-404'({ service, ctx }) {
    const failure = await failureOf(service.list(ctx, 'SMS_Package', { filter: "contains(Name,'Drivers')" }));
    expect(failure).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(failure.message).to.contain('Access denied');
    expect(await failureOf(service.get(ctx, 'SMS_Package', 'ABC00001')), 'nor is it "not there"').to.include({
      code: 'PLANE_FORBIDDEN',
    });
    expect(await failureOf(service.remove(ctx, 'SMS_Package', 1)), 'nor "gone already"').to.include({
      code: 'PLANE_FORBIDDEN',
    });
  },

  async '19-device-set-extension-data'({ service, ctx, example }) {
    const failure = await failureOf(service.call(ctx, 'any', example.request.body as object));
    expect(failure, 'a method of wmi without a ReturnValue is not taken for done').to.include({
      code: 'PLANE_ANSWER_INVALID',
    });
    expect(failure.details).to.include({ outcome: 'unknown' });
  },

  async '20-move-members-method-result'({ service, ctx, asked, example }) {
    await service.call(ctx, 'SMS_ObjectContainerItem.MoveMembers', example.request.body as object);
    expect(asked()).to.equal(`POST ${example.path}`);
  },
};

const folder = join(fileURLToPath(CONTRACTS), 'examples', 'sccm');

describe('the examples of exchanges with AdminService', () => {
  if (!existsSync(folder)) {
    it('are NOT at hand', () => {
      console.warn(`\n  ATTENTION: no examples in ${folder}; they are NOT replayed\n`);
    });
    return;
  }
  for (const file of readdirSync(folder).sort()) {
    const name = file.replace(/\.json$/, '');
    it(`${name} is understood`, async () => {
      const replay = REPLAYS[name];
      expect(replay, `no replay for ${file}`).to.be.a('function');
      const example = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Example;
      const { stop, ...given } = await givenReplay(example);
      try {
        await replay!(given);
      } finally {
        await stop();
      }
    });
  }

  it('are all there that we know how to ask for', () => {
    const there = new Set(readdirSync(folder).map((file) => file.replace(/\.json$/, '')));
    expect(Object.keys(REPLAYS).filter((name) => !there.has(name))).to.deep.equal([]);
  });
});

/** Our client before a server that answers everything with the example. */
async function givenReplay(example: Example): Promise<Replay & { stop(): Promise<void> }> {
  let asked = '';
  let sent: unknown;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      asked = `${request.method} ${decodeURIComponent(request.url ?? '')}`;
      sent = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString()) : undefined;
      const { status, headers, body } = example.response;
      response.writeHead(status, { ...headers, ...(body !== null && { 'content-type': 'application/json' }) });
      response.end(body === null ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = givenConfig({
    adminServiceUrl: `http://127.0.0.1:${port}/AdminService`,
    siteCode: 'ABC',
    negotiate: { kind: 'token', token: 'env:PROOF' },
    authoring: { kind: 'powershell', computer: 'smsprovider' },
    contentShare: SHARE,
    contentFolder: '/mnt/eucora',
    distributionPointGroups: ['All sites'],
  });
  const service = openAdminService(config, 'sccm');
  return {
    service,
    ctx: testContext({ clock: realClock, secrets: { 'env:PROOF': 'YIIabc' } }),
    example,
    asked: () => asked,
    sent: () => sent,
    async stop() {
      await service.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

import { expect } from 'chai';
import { rollout } from '../simulator/index.js';
import { rsql } from '../simulator/rsql.js';
import { contract, deploy, givenWorld, LAB, newer, packages, policies, type World } from './given.js';

const DAY = 86_400_000;

describe('the Jamf simulator', () => {
  let world: World;
  let token: string;
  beforeEach(async () => {
    world = await givenWorld({ contract: undefined });
    token = await freshToken();
  });
  afterEach(() => world.stop());

  it('lets nobody in without a token that it gave, and says so in the words of either API', async () => {
    const pro = await ask('GET', '/api/v1/packages', { token: 'made up' });
    expect(pro.status).to.equal(401);
    expect(JSON.parse(pro.text).errors[0]).to.include({ code: 'INVALID_TOKEN' });
    const classic = await ask('GET', '/JSSResource/policies', { token: 'made up' });
    expect(classic.text).to.match(/<title>Status page<\/title>/);
  });

  it('gives tokens for a minute', async () => {
    expect((await ask('GET', '/JSSResource/policies')).status).to.equal(200);
    await world.clock.advance(60_000);
    expect((await ask('GET', '/JSSResource/policies')).status).to.equal(401);
    token = await freshToken();
    world.simulator.revokeTokens();
    expect((await ask('GET', '/JSSResource/policies')).status).to.equal(401);
  });

  it('refuses other ways to sign in as RFC 6749 says it', async () => {
    const { status, text } = await signIn({ grant_type: 'password' });
    expect(status).to.equal(400);
    expect(JSON.parse(text).error).to.equal('unsupported_grant_type');
  });

  it('sends those without a cookie to its nodes by turns, and tells them where they went', async () => {
    const first = await ask('GET', '/JSSResource/policies');
    const second = await ask('GET', '/JSSResource/policies');
    expect(first.cookie).to.match(/^jpro-ingress=node-[ab]/);
    expect(second.cookie).to.not.equal(first.cookie);
    expect((await ask('GET', '/JSSResource/policies', { cookie: 'jpro-ingress=node-b' })).cookie).to.equal(null);
  });

  it('shows on one node what the other took from the next refresh on, a minute at most', async () => {
    await add('<policy><general><name>n</name></general></policy>', 'node-a');
    const seen = async (node: string) =>
      (await ask('GET', '/JSSResource/policies/id/1', { cookie: `jpro-ingress=${node}` })).status;
    expect([await seen('node-a'), await seen('node-b')]).to.deep.equal([200, 404]);
    await world.clock.advance(59_000);
    token = await freshToken();
    await world.clock.advance(1_000);
    expect(await seen('node-b')).to.equal(200);
  });

  it('drops what it does not know with 201, and takes a value that it does not know for the default', async () => {
    const { status } = await add(
      '<policy><general><name>n</name><frequency>Now and then</frequency><notes>mine</notes></general><colour>red</colour></policy>',
    );
    expect(status).to.equal(201);
    const { text } = await ask('GET', '/JSSResource/policies/id/1');
    expect(text).to.include('<frequency>Once per computer</frequency>');
    expect(text).not.to.match(/notes|colour|red/);
  });

  it('reads no child of a scope that comes out of turn', async () => {
    await add(
      '<policy><general><name>n</name></general><scope><exclusions/><computer_groups><computer_group><id>1</id></computer_group></computer_groups></scope></policy>',
    );
    expect(policies(world)[0]!.scope.include).to.deep.equal([]);
  });

  it('keeps sections that are left out, and replaces a scope whole', async () => {
    const scope = (inner: string) => `<scope><computer_groups>${inner}</computer_groups></scope>`;
    await add(
      `<policy><general><name>n</name></general>${scope('<computer_group><name>Lab Macs</name></computer_group><computer_group><id>2</id></computer_group>')}<maintenance><recon>true</recon></maintenance></policy>`,
    );
    await ask('PUT', '/JSSResource/policies/id/1', {
      xml: '<policy><general><enabled>false</enabled></general></policy>',
      cookie: 'jpro-ingress=node-a',
    });
    expect(policies(world)[0]).to.deep.include({
      scope: { allComputers: false, computers: [], include: ['1', '2'], exclude: [] },
    });
    expect(policies(world)[0]!.general).to.include({ name: 'n', enabled: 'false' });
    await ask('PUT', '/JSSResource/policies/id/1', {
      xml: `<policy>${scope('<computer_group><id>2</id></computer_group>')}</policy>`,
      cookie: 'jpro-ingress=node-a',
    });
    expect(policies(world)[0]!.scope.include).to.deep.equal(['2']);
    expect(policies(world)[0]!.maintenance.recon).to.equal('true');
  });

  it('says no as Jamf does: 409 in HTML, 500 for a group that is gone, 400 for half a document', async () => {
    await add('<policy><general><name>Taken</name></general></policy>');
    const duplicate = await add('<policy><general><name>taken</name></general></policy>');
    expect(duplicate.status).to.equal(409);
    expect(duplicate.text).to.include('<p>Error: Duplicate name</p>');
    expect((await add('<policy><general><enabled>true</enabled></general></policy>')).status).to.equal(409);
    const dangling = '<scope><computer_groups><computer_group><id>99</id></computer_group></computer_groups></scope>';
    expect((await add(`<policy><general><name>x</name></general>${dangling}</policy>`)).status).to.equal(500);
    const parcel = '<package_configuration><packages><package><id>9</id></package></packages></package_configuration>';
    const missing = await add(`<policy><general><name>y</name></general>${parcel}</policy>`);
    expect([missing.status, /Problem with package/.test(missing.text)]).to.deep.equal([409, true]);
    expect((await add('<policy><general>')).status).to.equal(400);
    expect((await ask('POST', '/JSSResource/policies/id/7', { xml: '<policy/>' })).status).to.equal(400);
    expect((await ask('PUT', '/JSSResource/policies/id/7', { xml: '<policy/>' })).status).to.equal(404);
    expect((await ask('GET', '/JSSResource/nothing')).text).to.include('Status page');
    expect(JSON.parse((await ask('GET', '/api/v1/nothing')).text).httpStatus).to.equal(404);
  });

  it('finds a policy by its name, and deletes it', async () => {
    await add('<policy><general><name>A policy</name></general></policy>');
    expect((await ask('GET', '/JSSResource/policies/name/A%20policy')).status).to.equal(200);
    expect((await ask('GET', '/JSSResource/policies/name/Another')).status).to.equal(404);
    expect((await ask('DELETE', '/JSSResource/policies/id/1', { cookie: 'jpro-ingress=node-a' })).status).to.equal(200);
    expect(policies(world)).to.deep.equal([]);
  });

  it('has duplicates in three kinds: 409 policies, 400 packages, 422 groups', async () => {
    const pkg = { packageName: 'P', fileName: 'p.pkg' };
    expect((await ask('POST', '/api/v1/packages', { json: pkg })).status).to.equal(201);
    const again = await ask('POST', '/api/v1/packages', { json: { ...pkg, fileName: 'q.pkg' } });
    expect([again.status, JSON.parse(again.text).errors[0].code]).to.deep.equal([400, 'DUPLICATE_FIELD']);
    const groups = '/api/v3/computer-groups/static-groups';
    expect((await ask('POST', groups, { json: { name: 'New', assignments: [] } })).status).to.equal(201);
    expect((await ask('POST', groups, { json: { name: LAB, assignments: [] } })).status).to.equal(422);
  });

  it('takes a file by its right name only, and has a digest of it after a while', async () => {
    await ask('POST', '/api/v1/packages', { json: { packageName: 'P', fileName: 'p.pkg' } });
    const at = { cookie: `jpro-ingress=${(await nodeOf('/api/v1/packages/1')) ?? 'node-a'}` };
    expect((await upload('other.pkg', at)).status).to.equal(400);
    expect((await ask('POST', '/api/v1/packages/1/upload', { ...at, json: {} })).status).to.equal(400);
    expect((await upload('p.pkg', at)).status).to.equal(201);
    const shown = async () => JSON.parse((await ask('GET', '/api/v1/packages/1', at)).text);
    expect(await shown())
      .to.include({ hashValue: '', size: '1KB' })
      .and.not.to.include({ cloudTransferStatus: 'READY' });
    await world.clock.advance(120_000);
    token = await freshToken();
    expect(await shown()).to.include({ cloudTransferStatus: 'READY', hashType: 'SHA3_512' });
    expect((await shown()).hashValue).to.have.length(128);
    expect(
      (await ask('PUT', '/api/v1/packages/1', { ...at, json: { packageName: 'Q', fileName: 'p.pkg' } })).status,
    ).to.equal(200);
    expect((await ask('DELETE', '/api/v1/packages/1', at)).status).to.equal(204);
    expect((await upload('p.pkg', at)).status).to.equal(404);
    expect(packages(world)).to.deep.equal([]);
  });

  it('filters as RSQL does: case aside, with wildcards', () => {
    const fits = (filter: string) => rsql(filter, ['id', 'name'])({ id: '7', name: 'EUCORA Tool 1.0' });
    expect(fits('name=="eucora tool*"')).to.equal(true);
    expect(fits('name=="tool"')).to.equal(false);
    expect(fits('name=="x",id==7')).to.equal(true);
    expect(fits('name=="*tool*";id!=7')).to.equal(false);
    expect(fits('id=in=(1,7) and name=="*1.0"')).to.equal(true);
    expect(fits('id=in=(1,2) or name=="*1.0"')).to.equal(true);
    expect(fits('')).to.equal(true);
  });

  it('refuses a filter that it does not understand', async () => {
    expect((await ask('GET', '/api/v1/packages?filter=colour%3D%3Dred')).status).to.equal(400);
    expect((await ask('GET', '/api/v4/computers-inventory?filter=((')).status).to.equal(400);
  });

  it('shortens pages above 2000 without a word', async () => {
    const { devices } = rollout(2_100);
    const large = await givenWorld({ fleet: { seed: 1, devices }, contract: undefined });
    const mine = await freshToken(large);
    const answer = await fetch(`${large.simulator.url}/api/v4/computers-inventory?page-size=5000`, {
      headers: { authorization: `Bearer ${mine}` },
    });
    const { totalCount, results } = (await answer.json()) as { totalCount: number; results: unknown[] };
    expect([totalCount, results.length]).to.deep.equal([2_100, 2_000]);
    await large.stop();
  });

  it('shows groups and histories in XML and in JSON', async () => {
    await deploy(world, newer());
    await world.clock.advance(DAY);
    token = await freshToken();
    const json = { accept: 'application/json' };
    const group = JSON.parse((await ask('GET', '/JSSResource/computergroups/id/1', json)).text).computer_group;
    expect(group.computers).to.have.length(5);
    expect((await ask('GET', '/JSSResource/computergroups/id/1')).text).to.include('<computer_group>');
    const history = '/JSSResource/computerhistory/id/1/subset/PolicyLogs';
    expect(JSON.parse((await ask('GET', history, json)).text).computer_history.policy_logs[0]).to.include({
      status: 'Completed',
    });
    expect((await ask('GET', history)).text).to.include('<policy_log>');
    expect((await ask('GET', history.replace('/1/', '/99/'))).status).to.equal(404);
    expect((await ask('DELETE', '/JSSResource/computergroups/id/1')).status).to.equal(200);
    expect((await ask('GET', '/JSSResource/computergroups/id/99')).status).to.equal(404);
  });

  it('runs a policy once on each Mac, again after a flush, and not because it was changed', async () => {
    const parcel = (id: string) =>
      `<package_configuration><packages><package><id>${id}</id></package></packages></package_configuration>`;
    for (const n of [1, 2])
      await ask('POST', '/api/v1/packages', { json: { packageName: `P${n}`, fileName: `p${n}.pkg` } });
    const scope = '<scope><computer_groups><computer_group><id>1</id></computer_group></computer_groups></scope>';
    const policy = (id: string, frequency: string) =>
      `<policy><general><name>n</name><trigger_checkin>true</trigger_checkin><frequency>${frequency}</frequency></general>${scope}${parcel(id)}</policy>`;
    const change = async (id: string, frequency = 'Once per computer') => {
      await world.clock.advance(DAY);
      token = await freshToken();
      await ask('PUT', '/JSSResource/policies/id/1', { xml: policy(id, frequency), cookie: 'jpro-ingress=node-a' });
      await world.clock.advance(DAY);
      token = await freshToken();
    };
    await add(policy('1', 'Once per computer'), 'node-a');
    await change('2');
    expect(world.simulator.runs.historyOf('lab-0')).to.deep.equal(['p1.pkg']);
    expect((await ask('DELETE', '/JSSResource/logflush/policy/id/1/interval/Zero%20Days')).status).to.equal(200);
    await world.clock.advance(DAY);
    expect(world.simulator.runs.historyOf('lab-0')).to.deep.equal(['p1.pkg', 'p2.pkg']);
    expect(world.simulator.runs.receiptsOf('lab-0')).to.deep.equal(['p1.pkg', 'p2.pkg']);
    await change('1', 'Ongoing');
    expect(world.simulator.runs.historyOf('lab-0')).to.deep.equal(['p1.pkg', 'p2.pkg', 'p1.pkg']);
    expect((await ask('DELETE', '/JSSResource/logflush/policy/id/1/interval/Four%20Days')).status).to.equal(400);
    expect((await ask('DELETE', '/JSSResource/logflush/policy/id/9/interval/Zero%20Days')).status).to.equal(404);
  });

  it('has no limiter: a crowd is slow, and meets errors now and then', async () => {
    await world.stop();
    world = await givenWorld({ contract: undefined, latencyMs: 20 });
    token = await freshToken();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await ask('GET', '/JSSResource/policies')).status),
    );
    expect(world.simulator.peak).to.be.greaterThan(5);
    expect(statuses).to.include(200);
    expect(statuses.some((status) => [409, 500, 503].includes(status))).to.equal(true);
    expect(statuses).not.to.include(429);
  });

  it('holds every request against the contract, XML too, where that is at hand', async function () {
    if (!contract) this.skip();
    await world.stop();
    world = await givenWorld();
    token = await freshToken();
    expect((await add('<policy><general><name>n</name><notes>x</notes></general></policy>')).status).to.equal(400);
    expect((await add('<policy><general><name>n</name><frequency>Now</frequency></general></policy>')).status).to.equal(
      400,
    );
    expect((await add('not xml')).status).to.equal(400);
    expect((await ask('POST', '/api/v1/packages', { json: { packageName: 'P' } })).status).to.equal(400);
    expect(world.simulator.violations.join('\n')).to.match(/notes[\s\S]*frequency[\s\S]*not XML[\s\S]*fileName/);
  });

  interface Asked {
    readonly xml?: string;
    readonly json?: unknown;
    readonly cookie?: string;
    readonly accept?: string;
    readonly token?: string;
    readonly form?: FormData;
  }

  async function ask(method: string, path: string, asked: Asked = {}) {
    const answer = await fetch(`${world.simulator.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${asked.token ?? token}`,
        ...(asked.cookie && { cookie: asked.cookie }),
        ...(asked.accept && { accept: asked.accept }),
        ...(asked.xml !== undefined && { 'content-type': 'application/xml' }),
        ...(asked.json !== undefined && { 'content-type': 'application/json' }),
      },
      body: asked.xml ?? asked.form ?? (asked.json === undefined ? undefined : JSON.stringify(asked.json)),
    });
    return { status: answer.status, text: await answer.text(), cookie: answer.headers.get('set-cookie') };
  }

  const add = (policy: string, node = 'node-a') =>
    ask('POST', '/JSSResource/policies/id/0', { xml: policy, cookie: `jpro-ingress=${node}` });

  const upload = (name: string, asked: Asked) => {
    const form = new FormData();
    form.set('file', new Blob(['bytes']), name);
    return ask('POST', '/api/v1/packages/1/upload', { ...asked, form });
  };

  /** The node that shows it. */
  async function nodeOf(path: string) {
    for (const node of ['node-a', 'node-b']) {
      if ((await ask('GET', path, { cookie: `jpro-ingress=${node}` })).status === 200) return node;
    }
    return undefined;
  }

  const signIn = async (fields: Record<string, string>, at = world) => {
    const { clientId, clientSecret, url } = at.simulator;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, ...fields };
    const answer = await fetch(`${url}/api/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, text: await answer.text() };
  };

  const freshToken = async (at = world) =>
    (JSON.parse((await signIn({}, at)).text) as { access_token: string }).access_token;
});

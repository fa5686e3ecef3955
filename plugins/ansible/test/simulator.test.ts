import { expect } from 'chai';
import { understand } from '../simulator/ansible-lines.js';
import { CANARY, givenWorld, HOUR, LAB, type World } from './given.js';
import { rollout } from '../simulator/index.js';

describe('the AWX simulator', () => {
  let world: World;
  beforeEach(
    async () => (world = await givenWorld({ fleet: { seed: 3, failureRate: 0.5, devices: rollout(40).devices } })),
  );
  afterEach(() => world.stop());

  it('lets nobody in without its token, except to ask whether it is there', async () => {
    expect((await ask('GET', '/ping/', undefined, '')).status).to.equal(200);
    const { status, body } = await ask('GET', '/me/', undefined, 'Bearer made-up');
    expect([status, body.detail]).to.deep.equal([
      401,
      'Authentication credentials were not provided. To establish a login session, visit /api/login/.',
    ]);
  });

  it('names each request', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await ask('GET', '/me/')).headers.get('x-api-request-id')),
    );
    expect(new Set(ids).size).to.equal(3);
  });

  it('cuts pages at two hundred without a word', async () => {
    const many = await givenWorld({ fleet: { seed: 1, devices: rollout(450).devices } });
    const { body } = await askOf(many, 'GET', '/inventories/2/hosts/?page_size=1000');
    expect([body.count, body.results.length]).to.deep.equal([450, 200]);
    expect(body.next).to.match(/^\/api\/v2\/inventories\/2\/hosts\/\?.*page=2/);
    expect((await askOf(many, 'GET', '/inventories/2/hosts/')).body.results).to.have.length(25);
    expect((await askOf(many, 'GET', '/inventories/2/hosts/?page=19')).status).to.equal(404);
    await many.stop();
  });

  it('searches as Django does, and not where secrets are', async () => {
    const names = async (query: string) =>
      (await ask('GET', `/inventories/2/groups/?${query}`)).body.results.map((one: { name: string }) => one.name);
    expect(await names('name=tag_lab')).to.deep.equal([LAB]);
    expect(await names('name__in=tag_lab,tag_canary')).to.have.members([LAB, CANARY]);
    expect(await names('not__name__startswith=tag_l')).to.deep.equal([CANARY]);
    expect(await names('search=CANARY')).to.deep.equal([CANARY]);
    expect(await names('order_by=-name')).to.deep.equal([LAB, CANARY]);
    const { status, body } = await ask('GET', '/jobs/?extra_vars__icontains=x');
    expect([status, body.detail]).to.deep.equal([403, 'Filtering on extra_vars is not allowed.']);
    expect((await ask('GET', '/jobs/?colour=red')).status).to.equal(400);
    expect((await ask('GET', '/jobs/?order_by=colour')).status).to.equal(400);
  });

  it('starts a job without what its template does not prompt for, and says so in one place only', async () => {
    world.simulator.state.templates.get(7)!.asks = ['variables'];
    const { status, body } = await launch({ extra_vars: { x: 1 }, limit: LAB, inventory: 2, verbosity: 3 });
    expect(status).to.equal(201);
    expect(body.ignored_fields).to.deep.equal({ limit: LAB, verbosity: 3 });
    expect(body).to.include({ limit: '', inventory: 2 });
    expect(world.simulator.state.jobs.get(body.job)?.hosts, 'the whole inventory').to.have.length(40);
  });

  it('refuses launches that cannot be', async () => {
    expect((await ask('POST', '/job_templates/99/launch/', {})).status).to.equal(404);
    expect((await launch({ labels: [12345] })).body.labels[0]).to.match(/object does not exist/);
    expect((await launch({ inventory: 77 })).body.inventory[0]).to.match(/object does not exist/);
    expect((await launch({ extra_vars: '{"cut' })).body.extra_vars[0]).to.match(/Cannot parse/);
    expect((await launch({ extra_vars: '{"x": 1}' })).status).to.equal(201);
    world.simulator.state.templates.get(7)!.surveyRequires = ['site'];
    expect((await launch({})).body.variables_needed_to_start).to.have.length(1);
    world.simulator.state.templates.get(7)!.surveyRequires = [];
    Object.assign(world.simulator.state.templates.get(7)!, { passwordsNeeded: ['ssh_password'] });
    expect((await launch({})).body.passwords_needed_to_start).to.deep.equal(['ssh_password']);
  });

  it('goes from pending over waiting and running to the end; events come later than the status', async () => {
    const { body } = await launch({ limit: LAB });
    const seen: string[] = [];
    for (let turn = 0; turn < 600; turn++) {
      const { status, event_processing_finished: done } = (await job(body.job)).body;
      if (seen.at(-1) !== `${status} ${done}`) seen.push(`${status} ${done}`);
      if (done) break;
      await world.clock.advance(1_000);
    }
    expect(seen).to.deep.equal(['pending false', 'waiting false', 'running false', 'failed false', 'failed true']);
    const { results } = (await ask('GET', `/jobs/${body.job}/job_host_summaries/`)).body;
    expect(results).to.have.length(10);
    expect((await job(body.job)).body)
      .to.have.property('host_status_counts')
      .that.has.keys(['failures', 'changed']);
  });

  it('ends a job whose limit matches nothing without a word of any host', async () => {
    const { body } = await launch({ limit: 'nosuch' });
    await world.clock.advance(HOUR);
    expect((await job(body.job)).body).to.include({ status: 'failed', failed: true });
    expect((await ask('GET', `/jobs/${body.job}/job_host_summaries/`)).body.count).to.equal(0);
    expect((await launch({ limit: 'node-000001,nosuch' })).status, 'and passes over single names').to.equal(201);
  });

  it('ends a job that takes longer than its time', async () => {
    const { body } = await launch({ limit: LAB, timeout: 10 });
    await world.clock.advance(HOUR);
    expect((await job(body.job)).body).to.include({
      status: 'failed',
      job_explanation: 'Job terminated due to timeout',
    });
  });

  it('cancels later than it accepts to, and not what has ended', async () => {
    const { body } = await launch({ limit: LAB });
    expect((await ask('POST', `/jobs/${body.job}/cancel/`)).status).to.equal(202);
    expect((await job(body.job)).body.status).to.equal('pending');
    await world.clock.advance(5_000);
    expect((await job(body.job)).body).to.include({ status: 'canceled' });
    expect((await ask('POST', `/jobs/${body.job}/cancel/`)).body.detail).to.equal('Method "POST" not allowed.');
    expect((await ask('GET', `/jobs/${body.job}/cancel/`)).body).to.deep.equal({ can_cancel: false });
  });

  it('relaunches on failed hosts, where there is something to go by', async () => {
    const { body } = await launch({ limit: LAB, extra_vars: { eucora_launch: '1/1/1' } });
    const relaunch = (of: number, hosts = 'failed') => ask('POST', `/jobs/${of}/relaunch/`, { hosts });
    expect((await relaunch(body.job)).body.hosts).to.match(/^Wait until job finishes/);
    await world.clock.advance(HOUR);
    const again = await relaunch(body.job);
    expect(again.body).to.include({ launch_type: 'relaunch', extra_vars: '{"eucora_launch":"1/1/1"}' });
    expect(again.body.limit).to.match(/^node-/);
    await ask('POST', `/jobs/${again.body.job}/cancel/`);
    await world.clock.advance(HOUR);
    expect((await relaunch(again.body.job)).body.hosts).to.match(/playbook stats not available/);
    expect((await relaunch(9_999)).status).to.equal(404);
    expect((await relaunch(body.job, 'all')).body.limit).to.equal(LAB);
  });

  it('tells a story in text, never in JSON lines', async () => {
    const { body } = await launch({ limit: LAB });
    await world.clock.advance(HOUR);
    const { url, token } = world.simulator;
    const answer = await fetch(`${url}/api/v2/jobs/${body.job}/stdout/?format=txt`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.text()).to.match(/PLAY RECAP[^]*node-000000 +: ok=/);
    expect((await ask('GET', `/jobs/${body.job}/stdout/?format=json`)).body.content).to.match(/PLAY RECAP/);
  });

  it('keeps labels as long as something carries them, and lets nobody delete one', async () => {
    const { body: label } = await ask('POST', '/labels/', { name: 'eucora-1', organization: 1 });
    expect((await ask('POST', '/labels/', { name: 'eucora-1', organization: 1 })).body.__all__[0]).to.match(
      /already exists/,
    );
    expect((await ask('POST', '/labels/', { name: 'x', organization: 5 })).status).to.equal(400);
    const { body } = await launch({ limit: LAB, labels: [label.id] });
    expect((await ask('GET', '/jobs/?labels__name=eucora-1')).body.count).to.equal(1);
    expect((await ask('DELETE', `/jobs/${body.job}/`)).body.active_jobs).to.have.length(1);
    await world.clock.advance(HOUR);
    expect((await ask('DELETE', `/labels/${label.id}/`)).status).to.equal(405);
    expect((await ask('DELETE', `/jobs/${body.job}/`)).status).to.equal(204);
    expect((await ask('GET', '/labels/')).body.count).to.equal(0);
  });

  it('keeps the names of groups apart, and groups in order', async () => {
    const { body: group } = await ask('POST', '/inventories/2/groups/', { name: 'web', inventory: 2 });
    expect((await ask('POST', '/inventories/2/groups/', { name: 'web', inventory: 2 })).body.__all__[0]).to.match(
      /already exists/,
    );
    expect((await ask('PATCH', `/groups/${group.id}/`, { name: LAB })).status).to.equal(400);
    expect((await ask('PATCH', `/groups/${group.id}/`, { name: 'web2', variables: 'x: 1' })).body).to.include({
      name: 'web2',
      variables: 'x: 1',
    });
    const [host] = (await ask('GET', '/inventories/2/hosts/?name=node-000000')).body.results;
    await ask('POST', `/groups/${group.id}/hosts/`, { id: host.id });
    expect((await ask('GET', `/groups/${group.id}/all_hosts/`)).body.count).to.equal(1);
    expect((await ask('GET', '/inventories/2/hosts/?groups__name=web2')).body.count).to.equal(1);
    await ask('POST', `/groups/${group.id}/children/`, { id: world.simulator.groupId(LAB) });
    expect((await ask('GET', `/groups/${group.id}/all_hosts/`)).body.count).to.equal(10);
    await ask('PATCH', `/hosts/${host.id}/`, { enabled: false });
    expect((await ask('GET', `/groups/${group.id}/all_hosts/?enabled=true`)).body.count).to.equal(9);
    expect((await ask('POST', `/groups/${group.id}/hosts/`, { id: 1 })).status).to.equal(400);
    expect((await ask('DELETE', `/groups/${group.id}/`)).status).to.equal(204);
    expect((await ask('GET', `/groups/${group.id}/`)).status).to.equal(404);
    expect((await ask('GET', '/inventories/9/hosts/')).status).to.equal(404);
  });

  it('knows no addresses that AWX has not', async () => {
    expect((await ask('GET', '/nothing/')).body.detail).to.equal('Not found.');
    expect((await ask('GET', '/jobs/9999/')).status).to.equal(404);
    expect((await ask('POST', '/bulk/job_launch/', { jobs: [] })).status).to.be.oneOf([400, 403]);
  });

  async function askOf(
    { simulator }: World,
    method: string,
    path: string,
    body?: object,
    authorization = `Bearer ${simulator.token}`,
  ) {
    const answer = await fetch(`${simulator.url}/api/v2${path}`, {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }
  const ask = (method: string, path: string, body?: object, authorization?: string) =>
    askOf(world, method, path, body, authorization);
  const launch = (body: object) => ask('POST', '/job_templates/7/launch/', body);
  const job = (id: number) => ask('GET', `/jobs/${id}/`);
});

describe('what ansible-playbook said', () => {
  it('becomes what AWX would have stored of it', () => {
    const lines = [
      '[WARNING]: something for people',
      '{"no_event": true}',
      '{"_event":"v2_playbook_on_start","_timestamp":"2026-01-05T08:00:00.000000Z"}',
      '{"_event":"v2_runner_on_failed","hosts":{"a":{"rc":2,"changed":false},"b":{"rc":3}},"task":{"name":"Try"}}',
      '{"_event":"v2_playbook_on_stats","stats":{"a":{"ok":1,"failures":1,"unreachable":0},"b":{}},"global_custom_stats":{"x":{"host":"a"}}}',
    ];
    const result = understand(lines, ['a complaint'], 2, 7);
    expect(result).to.include({ status: 'failed', endedAt: 7, explanation: '' });
    expect(result.events.map(({ counter, event, host }) => `${counter} ${event} ${host}`)).to.deep.equal([
      '1 playbook_on_start undefined',
      '2 runner_on_failed a',
      '3 runner_on_failed b',
      '4 playbook_on_stats undefined',
    ]);
    expect(result.artifacts).to.deep.equal({ x: { host: 'a' } });
    expect(result.stats).to.have.keys(['a', 'b']);
    expect(result.stdout).to.match(/a complaint$/);
  });

  it('may be nothing: a mistake in the playbook, or a limit that matches nobody', () => {
    expect(understand([], ['ERROR!'], 4, 1)).not.to.have.property('stats');
    expect(understand(['{"_event":"v2_playbook_on_stats","stats":{}}'], [], 0, 1)).not.to.have.property('stats');
    expect(understand([], [], null, 1)).to.include({ explanation: 'Job terminated due to timeout' });
  });
});

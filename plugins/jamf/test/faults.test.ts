import { expect } from 'chai';
import { eventually, type Fault } from '@eucora/sdk/testing';
import { statusPage } from '../simulator/answers.js';
import {
  collected,
  deploy,
  failureOf,
  givenWorld,
  journalOf,
  newer,
  older,
  packages,
  policies,
  type World,
} from './given.js';

const POST_POLICY = { method: 'POST', path: /\/policies\// };
const PUT_POLICY = { method: 'PUT', path: /\/policies\// };
const READ_POLICY = { method: 'GET', path: /\/policies\/id/ };

describe('when Jamf Pro fails', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { deadlineMs: 1_000 } })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  for (const [what, fault, expected] of [
    [
      'a privilege that is missing',
      { kind: 'status', status: 403, body: apiError(403) },
      'PLANE_FORBIDDEN policy_violation',
    ],
    ['a lock', { kind: 'status', status: 423, times: 9 }, 'PLANE_CONFLICT transient'],
    ['a 504 of the edge', { kind: 'status', status: 504, times: 9 }, 'PLANE_ERROR transient'],
    ['a token that is refused twice', { kind: 'status', status: 401, times: 2 }, 'PLANE_UNAUTHENTICATED permanent'],
    ['something that is gone', { kind: 'status', status: 404 }, 'PLANE_OBJECT_MISSING permanent'],
    ['a server that never answers', { kind: 'hang' }, 'DEADLINE_EXCEEDED transient'],
    ['a success that is none', { kind: 'wrongSuccess' }, 'PLANE_ANSWER_INVALID transient'],
    ['a page for people', { kind: 'html' }, 'PLANE_ANSWER_INVALID transient'],
  ] as const satisfies readonly (readonly [string, Fault, string])[]) {
    it(`${what} is ${expected}`, async () => {
      await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
      world.simulator.faults.inject({ ...fault, match: POST_POLICY });
      const refusal = await failureOf(
        world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
      );
      expect(`${refusal.code} ${refusal.errorClass}`, refusal.message).to.equal(expected);
      expect(refusal.remedy).to.match(/\S/);
      expect(refusal.details).to.include({ plane: 'jamf' });
      world.simulator.faults.clear();
      await world.clock.advance(120_000);
      await deploy(world, newer());
      expect(policies(world)).to.have.length(1);
      expect(policies(world)[0]!.general.enabled).to.equal('true');
    }).timeout(20_000);
  }

  it('the refusal of the edge is told from that of Jamf', async () => {
    const html = '<html><head><title>403 Forbidden</title></head><body>blocked</body></html>';
    world.simulator.faults.inject({ kind: 'status', status: 403, body: html, match: POST_POLICY });
    const refusal = await failureOf(deploy(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(refusal.message).to.include('edge');
  });

  it('a create is never sent twice by the client, whatever comes of it', async () => {
    for (const [kind, status] of [
      ['status', 500],
      ['status', 503],
      ['status', 409],
      ['status', 423],
      ['drop', 0],
      ['cutJson', 0],
      ['acceptThenDropConnection', 0],
    ] as const) {
      const fresh = await givenWorld();
      await fresh.plane.publishPackage(fresh.ctx, { order: newer(), journal: journalOf(fresh) });
      const body = status === 409 ? String(statusPage(409, 'Unable to update the database').body) : {};
      fresh.simulator.faults.inject({ kind, status, body, match: POST_POLICY });
      const journal = journalOf(fresh);
      await eventually(
        () => fresh.plane.createAssignment(fresh.ctx, { order: newer(), journal }),
        (ms) => fresh.clock.advance(ms),
      );
      expect(policies(fresh), `${kind} ${status}`).to.have.length(1);
      expect(fresh.simulator.ledger.count('policy_created')).to.equal(1);
      await fresh.stop();
    }
  });

  it('409 to a create that was carried out all the same ends well, and only after looking', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    await world.clock.advance(120_000);
    world.simulator.faults.acceptThenDropConnection({ match: POST_POLICY });
    await failureOf(world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }));
    // Two other processes that know nothing of it: one of them comes to the node that does not show the policy yet.
    for (const correlationId of ['second', 'third']) {
      const ctx = { ...world.ctx, correlationId };
      await world.plane.createAssignment(ctx, { order: newer(), journal: journalOf(world) });
    }
    const creates = world.simulator.requests.filter(
      ({ method, path }) => method === 'POST' && path.includes('policies'),
    );
    expect(creates.map(({ status }) => status)).to.deep.equal([undefined, 409]);
    expect(policies(world).map(({ general }) => general.enabled)).to.deep.equal(['true']);
  });

  it('half a document is asked for again, and never read', async () => {
    await deploy(world, newer());
    world.simulator.faults.inject({ kind: 'cutJson', match: READ_POLICY, times: 2 });
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.have.length(1);
    world.simulator.faults.inject({ kind: 'cutJson', match: READ_POLICY, times: 9 });
    expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.include({
      code: 'PLANE_ANSWER_INVALID',
      errorClass: 'transient',
    });
    world.simulator.faults.clear();
  });

  it('a page for people in the place of a list is not an empty Jamf', async () => {
    await deploy(world, newer());
    for (const path of [/\/policies$/, /v1\/packages$/]) {
      world.simulator.faults.inject({ kind: 'html', match: { method: 'GET', path }, times: 9 });
      expect(await failureOf(world.plane.plan(world.ctx, { order: newer() }))).to.include({
        code: 'PLANE_ANSWER_INVALID',
      });
      world.simulator.faults.clear();
      await world.clock.advance(61_000);
    }
  });

  it('well-formed nonsense is not an empty Jamf either', async () => {
    await deploy(world, newer());
    for (const [path, body] of [
      [/v1\/packages$/, {}],
      [/computer-groups$/, {}],
      [/computergroups\/id/, { computer_group: {} }],
      [/computerhistory/, { computer_history: {} }],
      [/computers-inventory/, { results: [] }],
    ] as const) {
      world.simulator.faults.inject({ kind: 'wrongSuccess', body, match: { method: 'GET', path }, times: 9 });
      await world.clock.advance(86_400_000);
      const refusal = await failureOf(collected(world.plane.deviceStates(world.ctx, { order: newer() })));
      expect(refusal.code, String(path)).to.equal('PLANE_ANSWER_INVALID');
      world.simulator.faults.clear();
    }
  });

  it('a stale look does not repeat a write', async () => {
    await deploy(world, older());
    await world.clock.advance(120_000);
    world.simulator.faults.staleRead({ times: 40 });
    const journal = journalOf(world);
    await eventually(
      () => world.plane.remediate(world.ctx, { order: newer(), journal }),
      (ms) => world.clock.advance(ms),
    );
    expect(packages(world)).to.have.length(2);
    expect(world.simulator.ledger.count('package_created')).to.equal(2);
    expect(world.simulator.ledger.count('policy_created')).to.equal(1);
  });

  it('a flush whose answer is lost is made up for: the policy comes on', async () => {
    await deploy(world, older());
    world.simulator.faults.acceptThenDropConnection({ match: { method: 'DELETE' }, times: 9 });
    const journal = journalOf(world);
    await failureOf(world.plane.remediate(world.ctx, { order: newer(), journal }));
    expect(policies(world)[0]!.general.enabled).to.equal('false');
    world.simulator.faults.clear();
    await world.clock.advance(120_000);
    const { done } = await world.plane.remediate(world.ctx, { order: newer(), journal });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['restart_policy']);
    expect(policies(world)[0]!.general.enabled).to.equal('true');
  });

  it('Retry-After is obeyed', async () => {
    world.simulator.faults.throttle({ retryAfterSeconds: 30, match: PUT_POLICY });
    const patient = await givenWorld();
    patient.simulator.faults.throttle({ retryAfterSeconds: 30, match: PUT_POLICY });
    await deploy(patient, newer());
    const [refused, taken] = patient.simulator.requests.filter(({ method }) => method === 'PUT');
    expect(Date.parse(taken!.at) - Date.parse(refused!.at)).to.be.at.least(30_000);
    world.simulator.faults.clear();
    await patient.stop();
  });

  it('a Jamf that is down is left alone for a while', async () => {
    world.simulator.faults.unavailable({ times: Infinity });
    for (let turn = 0; turn < 3; turn++) await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    const refusal = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.include({ code: 'CIRCUIT_OPEN', errorClass: 'transient' });
    world.simulator.faults.clear();
  });

  it('a privilege that is missing is named with what it was needed for', async () => {
    for (const [privilege, words] of [
      ['Create Packages', /\/api\/v1\/packages/],
      ['Create Policies', /policies\/id\/0/],
      ['Read Policies', /JSSResource\/policies/],
    ] as const) {
      const poor = await givenWorld();
      poor.simulator.withdraw(privilege);
      const refusal = await failureOf(deploy(poor, newer()));
      expect(refusal, privilege).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
      expect(refusal.message).to.match(words);
      expect(refusal.remedy).to.include('connector-spec');
      await poor.stop();
    }
  });

  it('without the privilege to flush, a move stops with the policy switched off, and goes on when it is granted', async () => {
    await deploy(world, older());
    const refused = {
      kind: 'status',
      status: 403,
      body: String(statusPage(403).body),
      match: { method: 'DELETE' },
    } as const;
    world.simulator.faults.inject({ ...refused, times: 1 });
    const journal = journalOf(world);
    expect(await failureOf(world.plane.remediate(world.ctx, { order: newer(), journal }))).to.include({
      code: 'PLANE_FORBIDDEN',
    });
    await world.clock.advance(120_000);
    await world.plane.remediate(world.ctx, { order: newer(), journal });
    expect(policies(world)[0]!.general.enabled).to.equal('true');
  });
});

function apiError(status: number) {
  return {
    httpStatus: status,
    errors: [{ code: 'INVALID_PRIVILEGE', description: 'Forbidden', id: '0', field: null }],
  };
}

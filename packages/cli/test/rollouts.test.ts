import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { INTENT, RUN, WHY, accepted, givenPublished, next, rollout, takenBack } from './given-rollouts.js';
import { problem } from './small-host.js';

describe('eucora promote', () => {
  const { host } = given();

  it('asks for the next ring under a key', async () => {
    const { url, asked } = await host({ [`POST ${INTENT}/promote/`]: accepted });

    const { code } = await eucora(['promote', 'web', '--correlation-id', 'change-2'], { url });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({ correlation_id: 'change-2' });
    expect(asked[0]!.headers['idempotency-key']).to.equal('change-2');
  });

  it('passes on the gates that are not met', async () => {
    const details = { gates: [{ gate: 'promotion', reasons: ['97 % of 98 %'] }] };
    const { url } = await host({ [`POST ${INTENT}/promote/`]: () => problem(403, 'RING_NOT_READY', { details }) });

    const programs = await eucora(['promote', 'web', '--json'], { url });
    const people = await eucora(['promote', 'web'], { url });

    expect([programs.code, people.code]).to.deep.equal([3, 3]);
    expect(programs.out).to.equal('');
    expect(JSON.parse(programs.err)).to.deep.include({ code: 'RING_NOT_READY', status: 403, details });
    expect(people.err).to.include('promotion: 97 % of 98 %');
  });
});

describe('eucora status', () => {
  const { host } = given();

  it('shows a publish and its rollback, and exits 0 whatever became of them', async () => {
    const { url } = await host({ [`GET ${RUN}`]: () => ({ body: takenBack('FAILED') }) });

    const { code, out } = await eucora(['status', 'change-1'], { url });

    expect(code).to.equal(0);
    expect(out).to.include('publish change-1 of intent web to lab: ROLLED_BACK');
    expect(out).to.include('rollback change-1 of intent web to lab: FAILED');
    expect(out).to.include('PLANE_FORBIDDEN: not allowed');
  });

  it('watches the rollback where there is one', async () => {
    const { url } = await host({ [`GET ${RUN}`]: next(['IN_PROGRESS', 'SETTLED'].map(takenBack)) });

    const heard = await eucora(['status', 'change-1', '--watch', '--json'], { url });

    expect(heard.code).to.equal(0);
    expect(heard.json()).to.include({ kind: 'rollback', status: 'SETTLED' });
  });

  it('points to the approvals when it waits for one', async () => {
    const { url } = await host({ [`GET ${RUN}`]: () => ({ body: rollout('AWAITING_APPROVAL') }) });

    expect((await eucora(['status', 'change-1'], { url })).out).to.match(/-> eucora approvals list\n$/);
  });

  it('does not let an id leave its place in the address', async () => {
    const { url, asked } = await host({});

    await eucora(['status', '../events?x=1'], { url });

    expect(asked[0]!.path).to.equal('/api/runs/..%2Fevents%3Fx%3D1/');
  });
});

describe('eucora rollback', () => {
  const { host } = given();

  it('takes a publish back under its own correlation id, and waits for the planes', async () => {
    const hosted = await givenPublished(host, ['IN_PROGRESS', 'SETTLED']);

    const { code, out } = await eucora(['rollback', 'change-1', '--reason', 'INC-311', '--wait'], { url: hosted.url });

    const asked = hosted.asked.find(({ method }) => method === 'POST')!;
    expect(asked.body).to.deep.equal({ correlation_id: 'change-1', reason: 'INC-311' });
    expect(asked.headers['idempotency-key']).to.equal('change-1');
    expect(code).to.equal(0);
    expect(out).to.match(/^rollback change-1 of intent web to lab: SETTLED/);
  });

  it('exits 1 when a plane cannot go back', async () => {
    const { url } = await givenPublished(host, ['IN_PROGRESS', 'FAILED']);

    expect((await eucora(['rollback', 'change-1', '--reason', 'INC-311', '--wait'], { url })).code).to.equal(1);
  });

  it('wants a reason', async () => {
    const { code, err } = await eucora(['rollback', 'change-1']);

    expect(code).to.equal(1);
    expect(err).to.include("INPUT_INVALID: required option '--reason <reason>' not specified");
  });
});

describe('eucora halt', () => {
  const { host } = given();

  it('stops an intent and says how to take it back', async () => {
    const { url, asked } = await host({ [`POST ${INTENT}/halt/`]: () => ({ body: { items: [rollout('HALTED')] } }) });

    const { code, out } = await eucora(['halt', 'web', '--reason', 'INC-311'], { url });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({ reason: 'INC-311' });
    expect(out).to.include('publish change-1 of intent web to lab: HALTED').and.to.include(WHY.HALTED);
    expect(out).to.include('-> eucora rollback change-1 --reason');
  });

  it('says so when there is nothing to halt', async () => {
    const { url } = await host({ [`POST ${INTENT}/halt/`]: () => problem(409, 'RUN_FINISHED') });

    const { code, err } = await eucora(['halt', 'web', '--reason', 'INC-311'], { url });

    expect(code).to.equal(1);
    expect(err).to.include('RUN_FINISHED');
  });
});

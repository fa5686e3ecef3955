import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem, type Route } from './small-host.js';

describe('eucora events', () => {
  const { host } = given();

  it('lists the events of a request', async () => {
    const { url, asked } = await host(givenTrail(3).routes);

    const { out } = await eucora(['events', 'list', '--correlation-id', 'change-1', '--type', 'A', '--type', 'B'], {
      url,
    });

    expect(asked[0]!.query.get('correlation_id')).to.equal('change-1');
    expect(asked[0]!.query.get('event_type')).to.equal('A,B');
    expect(out).to.match(/3\s+2026-11-21T10:00:00\.000Z\s+RUN_QUEUED\s+change-1\s+ops\s+\{"plane":"intune"/);
  });

  it('tails only what is new, in order, over pages and restarts, until Ctrl-C', async () => {
    const trail = givenTrail(37);
    const { url } = await host(trail.routes);
    let waits = 0;
    const world = (interrupt: () => void) => {
      waits += 1;
      if (waits === 1) trail.refuseNext();
      if (waits === 2) trail.grow(2);
      if (waits === 3) interrupt();
    };

    const { code, out } = await eucora(['events', 'tail', '--json'], { url, onSleep: world });

    expect(code).to.equal(130);
    expect(positionsOf(out)).to.deep.equal([38, 39]);
  });

  it('tails from where it is told', async () => {
    const { url } = await host(givenTrail(5).routes);

    const { out } = await eucora(['events', 'tail', '--after', '3'], { url, onSleep: (interrupt) => interrupt() });

    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split('  ')[0]),
    ).to.deep.equal(['4', '5']);
  });

  it('tails an empty trail', async () => {
    const { url } = await host(givenTrail(0).routes);

    const { code, out } = await eucora(['events', 'tail'], { url, onSleep: (interrupt) => interrupt() });

    expect(code).to.equal(130);
    expect(out).to.equal('');
  });

  it('verifies the chain', async () => {
    const verified = { intact: true, events: 3, head: 'f'.repeat(64) };
    const { url } = await host({ 'GET /api/events/verify/': () => ({ body: verified }) });

    const people = await eucora(['events', 'verify'], { url });
    const programs = await eucora(['events', 'verify', '--json'], { url });

    expect(people.out).to.equal(`3 events, the chain is intact, head ${'f'.repeat(64)}\n`);
    expect(programs.json()).to.deep.equal(verified);
  });

  it('exits 1 on a broken chain and names the place', async () => {
    const broken = { position: 2, reason: 'its content is not what was hashed' };
    const { url } = await host({
      'GET /api/events/verify/': () => ({ body: { intact: false, events: 3, head: '', broken } }),
    });

    const people = await eucora(['events', 'verify'], { url });
    const programs = await eucora(['events', 'verify', '--json'], { url });

    expect(people.code).to.equal(1);
    expect(people.err).to.include('CHAIN_BROKEN: the audit chain does not verify at event 2: its content is not');
    expect(JSON.parse(programs.err)).to.deep.include({ code: 'CHAIN_BROKEN', broken });
  });
});

const positionsOf = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { position: number }).position);

/** An audit trail with so many events, 10 to a page. */
function givenTrail(length: number) {
  let refusing = false;
  const list: Route = ({ query }) => {
    if (refusing) {
      refusing = false;
      return problem(503, 'SHUTTING_DOWN', { error_class: 'transient' });
    }
    const after = Number(query.get('after') ?? 0);
    const last = Math.min(length, after + Math.min(10, Number(query.get('limit'))));
    const items = Array.from({ length: Math.max(0, last - after) }, (_, index) => event(after + index + 1));
    return { body: last < length ? { items, next: last } : { items } };
  };
  return {
    routes: { 'GET /api/events/': list },
    grow: (by: number) => void (length += by),
    refuseNext: () => void (refusing = true),
  };
}

const event = (position: number) => ({
  position,
  correlation_id: 'change-1',
  event_type: 'RUN_QUEUED',
  event_data: { plane: 'intune', because: 'of '.repeat(60) },
  actor: 'ops',
  created_at: '2026-11-21T10:00:00.000Z',
});

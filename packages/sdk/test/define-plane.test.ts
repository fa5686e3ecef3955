import {
  definePlane,
  isEucoraError,
  operation,
  takenBack,
  type Context,
  type Operation,
  type Order,
  type PlaneParts,
  type PlaneState,
  type Refs,
} from '@eucora/sdk';
import { givenOrder, givenPackage, memoryJournal, testContext, virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';

const LAG = 10_000;

describe('a plane made of four parts', () => {
  it('does what the diff says, in order, and journals each write around it', async () => {
    const { plane, ctx, log } = givenPlane();
    const outcome = await plane.publishPackage(ctx, { order, journal: loggingJournal(log) });
    expect(outcome.done.map(({ kind }) => kind)).to.deep.equal(['create', 'fill']);
    expect(log).to.deep.equal(['started create', 'create', 'done create', 'started fill', 'fill', 'done fill']);
  });

  it('keeps the two phases apart, and does both to remediate', async () => {
    const { plane, ctx, world } = givenPlane();
    await plane.publishPackage(ctx, { order, journal: memoryJournal() });
    expect(world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0']);
    await plane.createAssignment(ctx, { order, journal: memoryJournal() });
    expect(world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0', 'aim 2.0.0 required']);

    const another = givenPlane();
    await another.plane.remediate(another.ctx, { order, journal: memoryJournal() });
    expect(another.world.held).to.deep.equal(world.held);
  });

  it('hands on what the plane named, and gives it back', async () => {
    const seen: Refs[] = [];
    const { plane, ctx } = givenPlane({
      async execute(_ctx, { kind }, { refs }) {
        seen.push(refs);
        return { [kind]: `${kind}-id` };
      },
      diff: (_want, { packages }) => (seen.length < 2 ? [step(['create', 'fill'][seen.length]!, packages.length)] : []),
    });
    const { refs } = await plane.publishPackage(ctx, { order, journal: memoryJournal({ refs: { old: '1' } }) });
    expect(seen).to.deep.equal([{ old: '1' }, { old: '1', create: 'create-id' }]);
    expect(refs).to.deep.equal({ old: '1', create: 'create-id', fill: 'fill-id' });
  });

  it('does nothing where nothing is left to do', async () => {
    const { plane, ctx } = givenPlane();
    const journal = memoryJournal();
    await plane.remediate(ctx, { order, journal });
    expect(await plane.remediate(ctx, { order, journal })).to.deep.equal({ done: [], refs: journal.refs });
  });

  it('plans without executing, the same as it does then', async () => {
    const { plane, ctx, world } = givenPlane();
    const planned = await plane.plan(ctx, { order });
    expect(world.held).to.deep.equal([]);
    const { done } = await plane.remediate(ctx, { order, journal: memoryJournal() });
    expect(done).to.deep.equal(planned);
    expect(await plane.plan(ctx, { order })).to.deep.equal([]);
  });

  it('rolls back by wanting the older package, or none on the devices', async () => {
    const previous = givenPackage({ version: '1.0.0' });
    expect(takenBack(order, previous)).to.deep.equal({ ...order, package: previous });
    expect(takenBack(order, undefined)).to.deep.equal({ ...order, purpose: 'uninstall' });

    const { plane, ctx, world } = givenPlane();
    expect((await plane.planRollback(ctx, { order, previous })).map(({ kind }) => kind)).to.deep.equal([
      'create',
      'fill',
      'aim',
    ]);
    await plane.rollback(ctx, { order, previous, journal: memoryJournal() });
    await plane.rollback(ctx, { order, journal: memoryJournal() });
    expect(world.held).to.include.members(['aim 1.0.0 required', 'aim 2.0.0 uninstall']);
  });

  it('asks its parts for the rest', async () => {
    const { plane, ctx } = givenPlane();
    await plane.connect(ctx);
    expect((await plane.check(ctx)).healthy).to.equal(true);
    expect(await plane.queryState(ctx, { order })).to.deep.include({ packages: [] });
    const pages = [];
    for await (const page of plane.deviceStates(ctx, { order })) pages.push(page);
    expect(pages).to.deep.equal([[{ deviceId: 'd-1', status: 'pending' }]]);
    await plane.disconnect(ctx);
  });

  it('declares what it can, and keeps further abilities', () => {
    expect([...givenPlane().plane.capabilities]).to.deep.equal(['push', 'compliance', 'rollback']);
    expect([...givenPlane({ capabilities: ['push'] }).plane.capabilities]).to.deep.equal(['push']);
    const { plane } = givenPlane();
    expect(Object.keys(plane)).to.include('countScope');
  });

  describe('on a plane that shows late what it accepted', () => {
    it('waits for its own write instead of repeating it', async () => {
      const { plane, ctx, world } = givenPlane({ consistencyMs: LAG }, LAG);
      const { done } = await plane.remediate(ctx, { order, journal: memoryJournal({ now: () => ctx.now() }) });
      expect(done).to.have.length(3);
      expect(world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0', 'aim 2.0.0 required']);
    });

    it('waits for a write of unknown outcome, and does it only if it never shows', async () => {
      const [create] = await givenPlane().plane.plan(testContext(), { order });
      const found = givenPlane({ consistencyMs: LAG }, LAG);
      const doubts = [{ key: create!.key, kind: create!.kind, startedAt: found.ctx.now().toISOString() }];
      found.world.write('create 2.0.0');
      await found.plane.publishPackage(found.ctx, { order, journal: memoryJournal({ doubts }) });
      expect(found.world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0']);

      const lost = givenPlane({ consistencyMs: LAG }, LAG);
      const began = lost.ctx.now().getTime();
      await lost.plane.publishPackage(lost.ctx, { order, journal: memoryJournal({ doubts }) });
      expect(lost.world.writtenAt('create 2.0.0') - began).to.be.at.least(LAG);
      expect(lost.world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0']);
    });

    it('does not repeat what was done right before a crash', async () => {
      const { plane, ctx, world } = givenPlane({ consistencyMs: LAG }, LAG);
      const kept = memoryJournal({ now: () => ctx.now() });
      const [create] = await plane.plan(ctx, { order });
      await kept.started(create!);
      world.write('create 2.0.0');
      await kept.done(create!, {});
      await plane.publishPackage(ctx, { order, journal: kept });
      expect(world.held).to.deep.equal(['create 2.0.0', 'fill 2.0.0']);
    });

    it('stops waiting when the hub does', async () => {
      const ending = new AbortController();
      const clock = virtualClock();
      const { plane, world } = givenPlane({ consistencyMs: LAG }, LAG, clock);
      const ctx = testContext({ clock, signal: ending.signal });
      const verb = plane
        .publishPackage(ctx, { order, journal: memoryJournal() })
        .catch((cause: Error) => cause.message);
      while (clock.pendingSleeps === 0) await new Promise((resolve) => setImmediate(resolve));
      ending.abort(new Error('the hub stops'));
      expect(await verb).to.equal('the hub stops');
      expect(world.held).to.deep.equal(['create 2.0.0']);
    });
  });

  it('begins no write once the hub has stopped waiting', async () => {
    const ending = new AbortController();
    const { plane, world } = givenPlane({
      async execute(_ctx, { kind }) {
        world.write(`${kind} 2.0.0`);
        ending.abort(new Error('the hub stops'));
        return {};
      },
    });
    const verb = plane.publishPackage(testContext({ signal: ending.signal }), { order, journal: memoryJournal() });
    expect(await verb.catch((cause: Error) => cause.message)).to.equal('the hub stops');
    expect(world.held).to.deep.equal(['create 2.0.0']);
  });

  it('leaves an operation in doubt when executing it failed', async () => {
    const { plane, ctx } = givenPlane({
      execute: async () => {
        throw new Error('connection reset');
      },
    });
    const journal = memoryJournal();
    expect(await plane.publishPackage(ctx, { order, journal }).catch((cause: Error) => cause.message)).to.equal(
      'connection reset',
    );
    expect(journal.doubts.map(({ kind }) => kind)).to.deep.equal(['create']);
    expect(journal.finished).to.deep.equal([]);
  });

  it('says so when the plane accepts a write and never shows it', async () => {
    const { plane, ctx } = givenPlane({ execute: async () => ({}) });
    const failure = await plane
      .publishPackage(ctx, { order, journal: memoryJournal() })
      .catch((cause: unknown) => cause);
    expect(isEucoraError(failure) && failure.code).to.equal('PLANE_NOT_CONVERGING');
    expect((failure as Error).message).to.equal('example accepted "create 2.0.0" and still does not show it');
  });

  it('gives up on a diff that never becomes empty', async () => {
    let turn = 0;
    const { plane, ctx } = givenPlane({ diff: () => [step('create', ++turn)], execute: async () => ({}) });
    const failure = await plane
      .publishPackage(ctx, { order, journal: memoryJournal() })
      .catch((cause: unknown) => cause);
    expect(isEucoraError(failure) && failure.code).to.equal('PLANE_NOT_CONVERGING');
    expect(turn).to.be.lessThan(100);
  });

  it('does as many operations as an order needs', async () => {
    const done = new Set<string>();
    const all = Array.from({ length: 200 }, (_, n) => step('create', n));
    const { plane, ctx } = givenPlane({
      diff: () => all.filter(({ key }) => !done.has(key)),
      async execute(_ctx, { key }) {
        done.add(key);
        return {};
      },
    });
    expect((await plane.publishPackage(ctx, { order, journal: memoryJournal() })).done).to.have.length(200);
  });
});

const order: Order = givenOrder();

const step = (kind: string, n: number): Operation => operation('example', 'publish', kind, `${kind} ${n}`, { n });

type Parts = PlaneParts<Order, PlaneState & { readonly shown: readonly string[] }>;

/** A plane that is a list of words, each shown only after a while. */
function givenPlane(overrides: Partial<Parts> = {}, lagMs = 0, clock = virtualClock({ autoAdvance: true })) {
  const ctx = testContext({ clock });
  const log: string[] = [];
  const words: { readonly word: string; readonly at: number }[] = [];
  const world = {
    get held() {
      return words.map(({ word }) => word);
    },
    write: (word: string) => void words.push({ word, at: clock.now().getTime() }),
    writtenAt: (wanted: string) => words.find(({ word }) => word === wanted)!.at,
  };

  const parts: Parts = {
    check: async () => ({ healthy: true, detail: 'fine', latencyMs: 0, checkedAt: ctx.now().toISOString() }),
    connect: async () => {},
    desired: (wanted) => wanted,
    observe: async () => ({
      packages: [],
      assignments: [],
      shown: words.filter(({ at }) => at + lagMs <= clock.now().getTime()).map(({ word }) => word),
    }),
    diff: ({ package: { version }, purpose }, { shown }) =>
      (
        [
          ['publish', 'create', version],
          ['publish', 'fill', version],
          ['assign', 'aim', `${version} ${purpose}`],
        ] as const
      )
        .filter(([, kind, what]) => !shown.includes(`${kind} ${what}`))
        .map(([phase, kind, what]) => operation('example', phase, kind, `${kind} ${what}`, { what })),
    async execute(_ctx, { kind, params }) {
      log.push(kind);
      world.write(`${kind} ${params.what}`);
      return {};
    },
    async *deviceStates() {
      yield [{ deviceId: 'd-1', status: 'pending' }];
    },
    ...overrides,
  };
  const plane = definePlane({ ...parts, countScope: async (_ctx: Context) => 1 });
  return { plane, ctx, world, log };
}

function loggingJournal(log: string[]) {
  const kept = memoryJournal();
  return {
    refs: kept.refs,
    doubts: kept.doubts,
    started: async ({ kind }: Operation) => void log.push(`started ${kind}`),
    done: async ({ kind }: Operation) => void log.push(`done ${kind}`),
  };
}

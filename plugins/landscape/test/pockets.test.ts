import { expect } from 'chai';
import {
  CANARY,
  deploy,
  failureOf,
  givenPockets,
  givenWorld,
  journalOf,
  newer,
  older,
  publish,
  statesOf,
  type World,
} from './given.js';

const POCKET = 'ubuntu/noble/lab';

describe('Landscape 25.10 and earlier, with pockets', () => {
  let world: World;
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('pulls the package into the pocket of the ring, waits, and aims at it', async () => {
    world = await givenPockets({ lab: ['2.0.0-1'] });
    const done = await deploy(world, newer());
    expect(done.map(({ kind }) => kind)).to.deep.equal(['pull_pocket', 'create_profile', 'associate_tags']);
    const { packages } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(packages).to.deep.equal([{ version: '2.0.0', ref: `${POCKET}/example-tool_2.0.0-1`, ready: true }]);
    expect(await deploy(world, newer()), 'and then nothing is left').to.deep.equal([]);
  });

  it('has nothing to publish where the version is in the pocket already', async () => {
    world = await givenPockets({});
    pocket(world).packages = [
      ['example-tool', '2.0.0-1'],
      ['example-tool-doc', '3.0'],
    ];
    expect(await publish(world, newer())).to.deep.equal([]);
  });

  it('says what to do where the version is nowhere: no API takes its bytes', async () => {
    world = await givenPockets({});
    const [step] = await world.plane.plan({ ...world.ctx, readOnly: true }, { order: newer() });
    expect(step).to.deep.include({ kind: 'await_upload', writes: [] });
    const error = await failureOf(publish(world, newer()));
    expect(error).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(error.message).to.equal(`example-tool 2.0.0-1 is not in the pocket ${POCKET} of Landscape`);
  });

  it('names dput for an upload pocket', async () => {
    world = await givenPockets({}, { settings: { pockets: { lab: { ...NOBLE, mode: 'upload' } } } });
    expect((await failureOf(publish(world, newer()))).remedy).to.contain('dput lds:ubuntu/noble/lab');
  });

  it('synchronises a mirror, and says when that did not bring the version', async () => {
    world = await givenPockets({ lab: ['1.0.0-1'] }, { settings: { pockets: { lab: { ...NOBLE, mode: 'mirror' } } } });
    world.simulator.state.pockets.set(POCKET, { ...pocket(world), mode: 'mirror' });
    expect((await publish(world, older())).map(({ kind }) => kind)).to.deep.equal(['sync_pocket']);
    const error = await failureOf(publish(world, newer()));
    expect(error).to.include({ code: 'PLANE_OBJECT_MISSING' });
    expect(error.remedy).to.contain('mirrored from');
  });

  it('comes back later while the distribution is being changed by somebody', async () => {
    world = await givenPockets({ lab: ['2.0.0-1'] });
    world.simulator.state.pockets.get('ubuntu/noble/global')!.busyUntil = world.clock.now().getTime() + 3_600_000;
    const error = await failureOf(publish(world, newer()));
    expect(error).to.include({ code: 'PLANE_ERROR', errorClass: 'transient' });
    await world.clock.advance(3_600_000);
    await publish(world, newer());
    expect(pocket(world).packages).to.deep.equal([['example-tool', '2.0.0-1']]);
  });

  it('tells of a pocket that is not there, and of one that is not configured', async () => {
    world = await givenPockets({});
    world.simulator.state.pockets.delete(POCKET);
    expect(await failureOf(publish(world, newer()))).to.include({ code: 'PLANE_OBJECT_MISSING' });
    const bare = await givenWorld({ version: '25.10', settings: { pockets: undefined } });
    const error = await failureOf(publish(bare, newer()));
    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect(error.message).to.contain('pockets.lab');
    await bare.stop();
  });

  it('rolls machines back as long as the pocket still has the older version', async () => {
    world = await givenPockets({ lab: ['1.0.0-1', '2.0.0-1'] });
    await deploy(world, older());
    await world.clock.advance(3_600_000);
    await deploy(world, newer());
    await world.clock.advance(3_600_000);
    await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal: journalOf(world) });
    await world.clock.advance(3_600_000);
    const states = await statesOf(world, newer({ package: older().package }));
    expect(new Set(states.map(({ status, version }) => `${status} ${version}`))).to.deep.equal(
      new Set(['installed 1.0.0']),
    );
  });

  it('is told from 26.04 by the version: a configuration for the other kind is named', async () => {
    world = await givenWorld({ settings: { repository: undefined } });
    const error = await failureOf(publish(world, newer({ ring: 'canary', scope: { include: [CANARY] } })));
    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect(error.message).to.contain('repository.publications.canary');
    expect(error.remedy).to.contain('connector-spec');
  });
});

const NOBLE = { distribution: 'ubuntu', series: 'noble', pocket: 'lab' };

const pocket = ({ simulator }: World) => simulator.state.pockets.get(POCKET)!;

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toApplication } from '../src/mapping.js';
import { openAuthoring } from '../src/open-authoring.js';
import { commandOf, processAuthoring } from '../src/authoring-process.js';
import { failureOf, givenConfig, givenWorld, LAB, newer, settingsFor, type World } from './given.js';
import { addApplication, applicationOf, deploy, planOf, shown } from './steps.js';

describe('authoring over HTTPS', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('makes the application once, however often it is asked', async () => {
    const { authoring, spec } = await givenAuthoring(world);
    const first = await authoring.createApplication(world.ctx, spec);
    expect(await authoring.createApplication(world.ctx, spec)).to.deep.equal(first);
    expect(world.simulator.state.applications.size).to.equal(1);
  });

  it('says in our words what the facade says in its own', async () => {
    const { authoring, spec } = await givenAuthoring(world);
    addApplication(world, { displayName: spec.display_name, comment: 'mine' });
    const conflict = await failureOf(authoring.createApplication(world.ctx, spec));
    expect(conflict).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(conflict.message).to.contain(spec.display_name);

    const unreadable = { ...spec.deployment_type, content_location: '\\\\elsewhere\\x' };
    const invalid = await failureOf(
      authoring.createApplication(world.ctx, { ...spec, display_name: 'EUCORA other', deployment_type: unreadable }),
    );
    expect(invalid).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(invalid.message).to.contain('elsewhere');

    const missing = await failureOf(
      authoring.distributeToPoints(world.ctx, {
        display_name: 'EUCORA nobody',
        distribution_points: ['dp01.contoso.example'],
      }),
    );
    expect(missing.code).to.equal('PLANE_OBJECT_MISSING');
  });

  it('knows its own codes, and takes any other for a failure that passes', async () => {
    const { authoring, spec } = await givenAuthoring(world);
    const cases: [number, string, string, string][] = [
      [403, 'forbidden', 'PLANE_FORBIDDEN', 'policy_violation'],
      [500, 'failed', 'PLANE_ERROR', 'transient'],
      [423, 'busy', 'PLANE_ERROR', 'transient'],
      [418, 'teapot', 'PLANE_ERROR', 'transient'],
    ];
    for (const [status, code, ours, errorClass] of cases) {
      const match = { path: '/authoring/v1/applications' };
      world.simulator.faults.inject({
        kind: 'status',
        status,
        body: { error: { code, message: 'because' } },
        match,
        times: 9,
      });
      const failure = await failureOf(authoring.createApplication(world.ctx, spec));
      expect(failure, code).to.include({ code: ours, errorClass });
      expect(failure.message).to.contain('because');
      world.simulator.faults.clear();
    }
    world.simulator.faults.inject({ kind: 'wrongSuccess', match: { path: '/authoring/v1/applications' } });
    expect((await failureOf(authoring.createApplication(world.ctx, spec))).code).to.equal('PLANE_ANSWER_INVALID');
  });

  it('needs its token', async () => {
    world.secrets['env:AUTHORING'] = 'wrong';
    expect(await failureOf(deploy(world, newer()))).to.include({ code: 'PLANE_UNAUTHENTICATED' });
    expect((await world.plane.check(world.ctx)).healthy).to.equal(false);
    expect(world.simulator.state.applications.size).to.equal(0);
  });

  it('reaches single distribution points', async () => {
    const settings = {
      distributionPointGroups: [],
      distributionPoints: ['DP07.contoso.example', 'dp08.contoso.example'],
    };
    const other = await givenWorld({ settings });
    expect(await deploy(other, newer())).to.deep.equal([
      'place_content',
      'author_application',
      'distribute_to_points',
      'await_content',
      'create_deployment',
    ]);
    expect([...applicationOf(other).sentToPoints.keys()]).to.deep.equal([
      'dp07.contoso.example',
      'dp08.contoso.example',
    ]);
    expect(await planOf(other, newer())).to.deep.equal([]);
    other.simulator.failingPoints.add('dp08.contoso.example');
    expect((await failureOf(deploy(other, newer()))).message).to.contain('dp08.contoso.example');
    await other.stop();
  });
});

describe('authoring through a process', () => {
  let world: World;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eucora-sccm-test-'));
    world = await givenWorld();
  });
  afterEach(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('publishes with nothing but what goes in and comes out as JSON', async () => {
    const executable = await givenProgram(bridgeTo(world));
    const authoring = { kind: 'powershell', executable, computer: 'smsprovider.contoso.example' };
    const other = await givenWorld({ connect: false });
    const settings = {
      ...settingsFor(world.simulator, world.folder),
      authoring,
      distributionPoints: ['dp09.contoso.example'],
    };
    const config = givenConfig(settings);
    await other.stop();
    const { sccm } = await import('../src/plane.js');
    const plane = sccm(config, 'sccm');
    await plane.connect(world.ctx);
    const behind = { ...world, plane, config };

    expect((await plane.check(world.ctx)).healthy).to.equal(true);
    const planned = await plane.plan(world.ctx, { order: newer() });
    expect(planned.find(({ kind }) => kind === 'author_application')?.writes, 'no request of HTTP').to.deep.equal([]);
    expect(await deploy(behind, newer())).to.include.members([
      'author_application',
      'distribute_to_points',
      'create_deployment',
    ]);
    expect(shown(behind)).to.deep.equal([`2.0.0 required on ${LAB}`]);
    expect(world.ctx.audited.map(({ target }) => target)).to.include(
      'powershell://smsprovider.contoso.example/create_application',
    );
    await plane.disconnect(world.ctx);
  });

  it('runs PowerShell with the script that ships, or ssh, and never puts a package on a command line', () => {
    const [program, args] = commandOf({
      kind: 'powershell',
      executable: 'pwsh',
      computer: 'smsprovider',
      configuration: 'EucoraAuthoring',
    });
    expect(program).to.equal('pwsh');
    expect(args.slice(0, 4)).to.deep.equal(['-NoLogo', '-NoProfile', '-NonInteractive', '-File']);
    expect(args[4]).to.match(/powershell\/Request-EucoraAuthoring\.ps1$/);
    expect(args.slice(5)).to.deep.equal(['-ComputerName', 'smsprovider', '-ConfigurationName', 'EucoraAuthoring']);
    const ssh = { kind: 'ssh', executable: 'ssh', computer: 'smsprovider', user: 'eucora' } as const;
    expect(commandOf(ssh)[1].slice(-2)).to.deep.equal(['--', 'smsprovider']);
    expect(commandOf({ ...ssh, identityFile: '/run/key' })[1]).to.include.members(['-i', '/run/key', 'BatchMode=yes']);
  });

  it('sends plain ASCII, whatever the package is called', async () => {
    const executable = await givenProgram(
      `let all=''; process.stdin.on('data',(d)=>all+=d).on('end',()=>{require('fs').writeFileSync(${JSON.stringify(join(folder, 'seen'))},all); console.log('{"result":{"model_name":"M"}}')})`,
    );
    const spec = { ...toApplication(newer(), world.config), localized_name: 'Übersicht – 概要' };
    expect(await through(executable).createApplication(world.ctx, spec)).to.deep.equal({ model_name: 'M' });
    const seen = await readFile(join(folder, 'seen'), 'utf8');
    expect(seen).to.match(/^[\x20-\x7e]+\n$/);
    expect((JSON.parse(seen) as { input: { localized_name: string } }).input.localized_name).to.equal(
      'Übersicht – 概要',
    );
  });

  it('says what the far end says', async () => {
    const executable = await givenProgram(
      `console.log('noise'); console.log('{"error":{"code":"conflict","message":"taken"}}')`,
    );
    const failure = await failureOf(through(executable).check(world.ctx));
    expect(failure).to.include({ code: 'PLANE_CONFLICT' });
    expect(failure.message).to.contain('taken');
  });

  it('does not know the outcome when nothing comes back', async () => {
    const executable = await givenProgram(`console.error('Bearer abcdefghijkl: the session broke'); process.exit(3)`);
    const failure = await failureOf(
      through(executable).distributeToPoints(world.ctx, { display_name: 'x', distribution_points: ['y'] }),
    );
    expect(failure).to.include({ code: 'PLANE_ANSWER_INVALID', errorClass: 'transient' });
    expect(failure.message).to.contain('the session broke').and.contain('3');
    expect(failure.message, 'secrets are masked').not.to.contain('abcdefghijkl');
    expect(failure.details).to.include({ outcome: 'unknown' });
    const [audited] = world.ctx.audited.slice(-1);
    expect(audited).to.include({ method: 'POST', errorClass: 'transient' });
  });

  it('says what to install when there is no such program', async () => {
    const failure = await failureOf(through(join(folder, 'no such program')).check(world.ctx));
    expect(failure).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
    expect(failure.remedy).to.contain('PowerShell 7');
  });

  it('is ended when its time is up, or the hub stops waiting', async () => {
    const executable = await givenProgram(`setInterval(() => {}, 1000)`);
    const late = await failureOf(through(executable, 50).check(world.ctx));
    expect(late).to.include({ code: 'DEADLINE_EXCEEDED' });
    expect(late.message).to.contain('within 50 ms');
    const stopped = { ...world.ctx, signal: AbortSignal.abort() };
    expect((await failureOf(through(executable).check(stopped))).message).to.contain('given up');
  });

  it('is cut off when it talks without end', async () => {
    const executable = await givenProgram(`setInterval(() => process.stdout.write('x'.repeat(65536)), 1)`);
    expect((await failureOf(through(executable).check(world.ctx))).code).to.equal('PLANE_ANSWER_INVALID');
  });

  it('writes nothing while a plan is made', async () => {
    const executable = await givenProgram(`console.log('{"result":{"model_name":"M"}}')`);
    const ctx = { ...world.ctx, readOnly: true };
    const failure = await failureOf(through(executable).createApplication(ctx, toApplication(newer(), world.config)));
    expect(failure.code).to.equal('READ_ONLY');
    await through(executable).check(ctx);
  });

  const through = (executable: string, deadlineMs = 20_000) =>
    processAuthoring(
      { kind: 'powershell', executable, computer: 'smsprovider', configuration: 'EucoraAuthoring' },
      deadlineMs,
      'sccm',
    );

  /** Something that can be run where `pwsh` would be. */
  async function givenProgram(script: string): Promise<string> {
    const file = join(folder, `program-${Math.floor(performance.now() * 1000)}.cjs`);
    await writeFile(file, `#!${process.execPath}\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  }

  /** What the far end of the process would do, done by the simulator's facade. */
  const bridgeTo = ({ simulator }: World) => `
    let all = '';
    process.stdin.on('data', (piece) => (all += piece)).on('end', async () => {
      const { operation, input } = JSON.parse(all);
      const [method, path] = { create_application: ['POST', '/applications'], distribute_content: ['POST', '/distributions'], check: ['GET', '/health'] }[operation];
      const answer = await fetch('${simulator.authoringUrl}' + path, {
        method,
        headers: { authorization: 'Bearer ${simulator.authoringToken}', 'content-type': 'application/json' },
        ...(method === 'POST' && { body: JSON.stringify(input) }),
      });
      const body = await answer.json();
      console.log(JSON.stringify(body.error ? body : { result: body }));
    });`;
});

async function givenAuthoring(world: World) {
  const { placeContent } = await import('../src/content-folder.js');
  await placeContent(world.config, world.ctx, newer().package);
  return { authoring: openAuthoring(world.config, 'sccm'), spec: toApplication(newer(), world.config) };
}

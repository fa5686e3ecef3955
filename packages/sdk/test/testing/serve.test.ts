import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatorServer, rolloutOf, serveSimulator, type Given, type Serving } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { stub } from 'sinon';

describe('a simulator as a process of its own', () => {
  it('says in one line of JSON where it is and how to configure a connector', async () => {
    const { facts } = await served(['--speed', '120', '--devices', '12', '--seed', '7']);
    expect(facts).to.deep.include({ simulator: 'shelf', devices: 12, seed: 7, speed: 120, contract: false, extra: 1 });
    expect(facts.groups).to.deep.equal({ lab: 'group-lab', canary: 'group-canary' });
    expect(facts.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(facts.config).to.include({ pollMs: 50 });
  });

  it('keeps its secrets for their owner alone', async () => {
    await served([], async ({ config }) => {
      const file = (config as { token: string }).token.replace(/^file:/, '');
      expect(await readFile(file, 'utf8')).to.equal('hunter2');
      expect((await stat(file)).mode & 0o077).to.equal(0);
    });
  });

  it('speeds waits up as it speeds up time, within reason', async () => {
    const { given } = await served(['--speed', '10']);
    expect([given.sooner(5_000), given.sooner(100), given.sooner(100, 5)]).to.deep.equal([500, 50, 10]);
  });

  it('says what is wrong with its options', async () => {
    expect(await failure(['--speed', 'fast', '--credentials', '.'])).to.contain('--speed must be a number');
    expect(await failure(['--colour', 'red'])).to.contain("Unknown option '--colour'");
    expect(await failure([])).to.contain('give --credentials FOLDER');
  });

  it('explains its options, its own among them', async () => {
    const { output } = await listening(() => serveSimulator(shelf(), ['--help']));
    expect(output).to.contain('--speed').and.to.contain('--shelves            how many');
  });
});

const shelf = (seen: (given: Given) => void = () => {}): Serving => ({
  simulator: 'shelf',
  contractNames: ['shelf'],
  checkInMinutes: 15,
  options: { shelves: 'how many' },
  rollout: (count) =>
    rolloutOf(count, { platform: 'linux', target: (ring) => `group-${ring}`, device: (index) => `d-${index}` }),
  async start(given) {
    seen(given);
    const simulator = await createSimulatorServer({ name: 'shelf', routes: [], port: given.port });
    return {
      simulator,
      config: { token: await given.secret('token', 'hunter2'), pollMs: given.sooner(2_000) },
      facts: { extra: 1 },
    };
  },
});

interface Facts extends Readonly<Record<string, unknown>> {
  readonly config: object;
}

async function served(args: readonly string[], look: (facts: Facts) => Promise<void> = async () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'eucora-serve-'));
  const seen: Given[] = [];
  const options = [...args, '--credentials', folder, '--contracts', folder];
  const { output, result } = await listening(() =>
    serveSimulator(
      shelf((given) => seen.push(given)),
      options,
    ),
  );
  try {
    const facts = JSON.parse(output) as Facts;
    await look(facts);
    return { facts, given: seen[0]! };
  } finally {
    await result?.();
    await rm(folder, { recursive: true });
  }
}

async function listening<Result>(work: () => Promise<Result>): Promise<{ output: string; result: Result }> {
  const [out, err] = [stub(process.stdout, 'write'), stub(process.stderr, 'write')];
  try {
    const result = await work();
    return {
      output: out
        .getCalls()
        .map(({ args }) => String(args[0]))
        .join(''),
      result,
    };
  } finally {
    out.restore();
    err.restore();
  }
}

const failure = (args: readonly string[]): Promise<string> =>
  serveSimulator(shelf(), args).then(
    () => 'it did not fail',
    (cause: Error) => cause.message,
  );

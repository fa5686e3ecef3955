import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { COMMANDS, GROUPS } from '../src/commands/index.js';
import type { Io } from '../src/io.js';
import { buildProgram } from '../src/program.js';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem, TOKEN } from './small-host.js';

const LIST = { 'GET /api/packages/': () => ({ body: { items: [] } }) };

describe('the eucora command', () => {
  const { host, folder, whileTesting } = given();

  describe('explains itself', () => {
    it('with every command, the environment and the exit codes', async () => {
      const { code, out } = await eucora(['--help']);

      expect(code).to.equal(0);
      for (const { name } of COMMANDS) expect(out).to.include(`  ${name.split(' ')[0]}`);
      expect(out).to.include('EUCORA_TOKEN').and.to.include('3 refused by a gate');
    });

    for (const { name, examples } of COMMANDS) {
      it(`with examples: ${name}`, async () => {
        const { code, out } = await eucora([...name.split(' '), '--help']);

        expect(code).to.equal(0);
        expect(examples).not.to.be.empty;
        for (const example of examples) expect(out).to.include(`  $ ${example}\n`);
        expect(out).to.include('--json');
      });
    }

    it('in examples that it understands itself', async () => {
      const understood: string[] = [];
      const commands = COMMANDS.map((command) => ({
        ...command,
        async run() {
          understood.push(command.name);
          return {};
        },
      }));
      for (const { name, examples } of COMMANDS) {
        for (const example of examples) {
          const [, ...args] = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
          await buildProgram(givenIo(), () => undefined, commands).parseAsync(args, { from: 'user' });
          expect(understood.pop(), example).to.equal(name);
        }
      }
    });

    it('when a group is named alone', async () => {
      for (const group of Object.keys(GROUPS).filter((name) => name !== 'drift')) {
        const { code, err } = await eucora([group]);
        expect(code).to.equal(1);
        expect(err).to.include(`Usage: eucora ${group}`);
      }
    });

    it('with its version', async () => {
      const { code, out } = await eucora(['--version']);

      expect(code).to.equal(0);
      expect(out).to.match(/^\d+\.\d+\.\d+\n$/);
    });
  });

  describe('finds the host and the token', () => {
    it('from --url before EUCORA_URL', async () => {
      const { url, asked } = await host(LIST);

      await eucora(['packages', 'list', '--url', url], { url: 'http://127.0.0.1:1' });

      expect(asked).to.have.length(1);
    });

    it('behind a path', async () => {
      const { url, asked } = await host({});

      await eucora(['packages', 'list', '--url', `${url}/hub`]);

      expect(asked[0]!.path).to.equal('/hub/api/packages/');
    });

    it('from --token-file before EUCORA_TOKEN', async () => {
      const { url } = await host(LIST);
      const cwd = await folder({ 'my-token': `${TOKEN}\n` });
      const env = { EUCORA_TOKEN: 'another' };

      expect((await eucora(['packages', 'list', '--token-file', 'my-token'], { url, cwd, env })).code).to.equal(0);
      expect((await eucora(['packages', 'list'], { url, cwd, env })).code).to.equal(2);
    });

    it('in the data directory of the host on this machine', async () => {
      const { url } = await host(LIST);
      const cwd = await folder({ '.eucora/token': TOKEN, 'elsewhere/token': TOKEN, 'wrong/token': 'x' });
      const list = (env: Record<string, string>) =>
        eucora(['packages', 'list'], { url, cwd, env: { EUCORA_TOKEN: '', ...env } });

      expect((await list({})).code).to.equal(0);
      expect((await list({ EUCORA_DATA_DIR: 'elsewhere' })).code).to.equal(0);
      expect((await list({ EUCORA_DATA_DIR: 'wrong' })).err).to.include('does not know this token');
    });

    it('and does not give that token to another machine', async () => {
      const { findToken } = await import('../src/token.js');
      const cwd = await folder({ '.eucora/token': TOKEN });

      expect(await findToken(new URL('http://hub.example.com'), undefined, { env: {}, cwd })).to.equal(undefined);
      expect(await findToken(new URL('http://[::1]:8780'), undefined, { env: {}, cwd })).to.equal(TOKEN);
    });

    it('and says where it looked when there is none', async () => {
      const { url } = await host(LIST);
      const cwd = await folder({});

      const { code, err } = await eucora(['packages', 'list'], { url, cwd, env: { EUCORA_TOKEN: '' } });

      expect(code).to.equal(2);
      expect(err).to.include('UNAUTHENTICATED: ').and.to.include('-> No token was found: set EUCORA_TOKEN');
    });

    it('and exits 2 when the token file is not there', async () => {
      const { code, err } = await eucora(['packages', 'list', '--token-file', 'none']);

      expect(code).to.equal(2);
      expect(err).to.include('cannot be read');
    });
  });

  describe('says what went wrong', () => {
    it('when no host answers', async () => {
      const url = await givenClosedPort();

      const { code, err } = await eucora(['packages', 'list'], { url });

      expect(code).to.equal(1);
      expect(err).to.equal(
        `HOST_UNREACHABLE: ${url} does not answer: ECONNREFUSED\n-> Start it: eucora host start; or point EUCORA_URL at it.\n`,
      );
    });

    it('when something else answers', async () => {
      const { url } = await host({
        'GET /api/packages/': () => ({ text: '<html>' }),
        'GET /api/approvals/': () => ({ status: 502, text: '<html>' }),
      });

      for (const command of ['packages', 'approvals']) {
        const { code, err } = await eucora([command, 'list'], { url });
        expect(code).to.equal(1);
        expect(err).to.include('does not speak as a EUCORA host').and.to.include('look for a proxy');
      }
    });

    it('when the answer breaks off', async () => {
      const { url } = await host({
        'GET /api/packages/': (_asked, response) => {
          response.writeHead(200, { 'content-length': 100 });
          response.write('{');
          setImmediate(() => response.destroy());
          return new Promise(() => undefined);
        },
      });

      const { code, err } = await eucora(['packages', 'list'], { url });

      expect(code).to.equal(1);
      expect(err).to.include('HOST_UNREACHABLE');
    });

    it("in the host's words, also when only a newer host knows the code", async () => {
      const { url } = await host({
        'GET /api/packages/': () => problem(418, 'TEAPOT_ASKED', { correlation_id: 'c1' }),
      });

      const people = await eucora(['packages', 'list'], { url });
      const programs = await eucora(['packages', 'list', '--json'], { url });

      expect(people.err).to.equal('TEAPOT_ASKED: the host says TEAPOT_ASKED\n-> do as TEAPOT_ASKED asks\n');
      expect(programs.out).to.equal('');
      expect(JSON.parse(programs.err)).to.include({ code: 'TEAPOT_ASKED', status: 418, correlation_id: 'c1' });
    });

    it('and exits 2 for a refusal whose code it does not know', async () => {
      const { url } = await host({ 'GET /api/packages/': () => problem(403, 'NOT_ON_SUNDAYS') });

      expect((await eucora(['packages', 'list'], { url })).code).to.equal(2);
    });

    for (const [what, args, complaint] of [
      ['a command that there is not', ['pakages', 'list'], "unknown command 'pakages' (Did you mean packages?)"],
      [
        'an option that there is not',
        ['packages', 'list', '--limt', '3'],
        "unknown option '--limt' (Did you mean --limit?)",
      ],
      ['an argument too few', ['plan'], "missing required argument 'intent'"],
      ['an argument too many', ['plan', 'web', 'lab'], 'too many arguments'],
      ['a limit that is no number', ['packages', 'list', '--limit', 'many'], '--limit many is not a whole number'],
      ['an address that is none', ['packages', 'list', '--url', 'hub'], 'hub is not the address of a host'],
    ] as const) {
      it(`about ${what}`, async () => {
        const people = await eucora(args);
        const programs = await eucora([...args, '--json']);

        expect([people.code, programs.code]).to.deep.equal([1, 1]);
        expect(people.err)
          .to.match(/^INPUT_INVALID: /)
          .and.to.include(complaint)
          .and.to.match(/\n-> .+\n$/);
        expect(JSON.parse(programs.err)).to.include({ code: 'INPUT_INVALID' });
      });
    }
  });

  it('is quiet when its reader goes away', async () => {
    const { url } = await host({
      'GET /api/packages/': () => ({ body: { items: Array.from({ length: 1_000 }, givenPackage) } }),
    });
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const command = spawn(
      process.execPath,
      [...process.execArgv, main, 'packages', 'list', '--json', '--limit', '1000'],
      {
        env: { ...process.env, EUCORA_URL: url, EUCORA_TOKEN: TOKEN },
      },
    );
    whileTesting(command);
    const complaints = text(command.stderr);
    command.stdout.once('data', () => command.stdout.destroy());

    const [code] = (await once(command, 'exit')) as [number];

    expect(await complaints).to.equal('');
    expect(code).to.equal(0);
  });
});

const givenIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  env: {},
  cwd: '/',
  sleep: async () => undefined,
  onInterrupt: () => () => undefined,
});

/** The address of a port that was free a moment ago. */
async function givenClosedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

const givenPackage = (_: unknown, index: number) => ({
  package_key: `app-${index}@1/windows`,
  publisher: 'x'.repeat(1_000),
  artifact: { sha256: '0'.repeat(64), size: 1, file_name: 'x' },
});

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { AUDIENCE, browse, startProvider, type ProviderOptions } from '../../../tools/test/identity-provider.js';
import { openerFor } from '../src/identity/browser.js';
import { loginsOf, type Login } from '../src/identity/logins.js';
import { loopbackPage } from '../src/identity/loopback-page.js';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem, type Asked, type Route } from './small-host.js';

/** The command, a real identity provider, and a host that believes whatever token it gets. */
describe('eucora login', function () {
  this.timeout(30_000);
  const { folder, host, endWith } = given();

  it('signs a person in with a browser, and every command is theirs from then on', async () => {
    const { url, cwd, env, asked, issuer } = await ready({ accounts: { ada: { roles: ['publisher'] } } });

    const { code, out, err } = await eucora(['login'], { url, cwd, env, onError: followedBy('ada') });

    expect(code, err).to.equal(0);
    expect(out).to.include(`To ${url} you are ada: publisher.`).and.to.include('Kept in ');
    expect(err).to.include(`Sign in at\n\n  ${issuer}/auth?`);
    const address = new URL(/http\S+/.exec(err)![0]);
    expect(Object.fromEntries(address.searchParams)).to.include({
      client_id: 'eucora-cli',
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid offline_access',
      resource: AUDIENCE,
    });
    expect(address.searchParams.get('redirect_uri')).to.match(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);

    expect((await eucora(['packages', 'list'], { url, cwd, env })).code).to.equal(0);
    expect(subjectOf(asked.at(-1)!)).to.equal('ada');
    expect((await eucora(['whoami'], { url, cwd, env })).out).to.include('you are ada: publisher.');
  });

  it('keeps the tokens in a file that nobody else can read, and gives them to that host alone', async () => {
    const { url, cwd, env, home } = await ready();
    await eucora(['login'], { url, cwd, env, onError: followedBy('ada') });
    const path = join(home, 'eucora', 'logins.json');
    const other = await host({ 'GET /api/packages/': () => ({ body: { items: [] } }) }, 0, true);

    await eucora(['packages', 'list'], { url: other.url, cwd, env });

    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(dirname(path))).mode & 0o777).to.equal(0o700);
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')) as object)).to.deep.equal([url]);
    expect(other.asked[0]!.headers.authorization).to.equal(undefined);
  });

  it('renews the token when it is about to end, and keeps the new one', async () => {
    const { url, cwd, env, asked } = await ready({ accessTokenTtl: 10 });
    await eucora(['login'], { url, cwd, env, onError: followedBy('ada') });
    const first = asked.at(-1)!.headers.authorization;

    await eucora(['packages', 'list'], { url, cwd, env });
    const second = asked.at(-1)!.headers.authorization;

    expect(second)
      .to.match(/^Bearer /)
      .and.not.equal(first);
    expect(subjectOf(asked.at(-1)!)).to.equal('ada');
    expect(`Bearer ${(await kept(env, url))!.access_token}`).to.equal(second);
  });

  it('says that the sign-in is over when it cannot be renewed', async () => {
    const { url, cwd, env, issuer } = await ready();
    await keep(env, url, { issuer, refresh_token: 'long gone', expires_at: '2020-01-01T00:00:00Z' });

    const { code, err } = await eucora(['packages', 'list'], { url, cwd, env });

    expect(code).to.equal(2);
    expect(err).to.match(/^UNAUTHENTICATED: .* says no: invalid_grant.*\n-> eucora login signs in anew\.\n$/);
  });

  it('signs a program in by its secret, and gets it a new token when the old one ends', async () => {
    const { url, cwd, env, asked } = await ready({ accessTokenTtl: 10, ...ROBOT });
    await writeFile(join(cwd, 'secret'), `${SECRET}\n`);

    const args = ['login', '--client-id', 'robot', '--client-secret-file', 'secret'];
    const { code, out, err } = await eucora(args, { url, cwd, env });

    expect(code, err).to.equal(0);
    expect(out).to.include('you are robot, an agent: agent.');
    expect(await readFile(join(env['XDG_CONFIG_HOME'], 'eucora', 'logins.json'), 'utf8')).to.not.include(SECRET);

    const program = { ...env, EUCORA_CLIENT_ID: 'robot', EUCORA_CLIENT_SECRET: SECRET };
    const before = asked.at(-1)!.headers.authorization;
    await eucora(['packages', 'list'], { url, cwd, env: program });
    expect(asked.at(-1)!.headers.authorization).to.not.equal(before);
    expect(subjectOf(asked.at(-1)!)).to.equal('robot');
  });

  it('needs no login of a program that has its secret in the environment, and asks the provider once', async () => {
    const { url, cwd, env, asked } = await ready(ROBOT);
    await writeFile(join(cwd, 'secret'), SECRET);
    const program = { ...env, EUCORA_CLIENT_ID: 'robot', EUCORA_CLIENT_SECRET_FILE: 'secret' };

    await eucora(['packages', 'list'], { url, cwd, env: program });
    const first = asked.at(-1)!.headers.authorization;
    await eucora(['packages', 'list'], { url, cwd, env: program });

    expect(subjectOf(asked.at(-1)!)).to.equal('robot');
    expect(asked.at(-1)!.headers.authorization).to.equal(first);
    expect(loginsOf({ env: { XDG_CONFIG_HOME: '', HOME: '' } })).to.equal(undefined);
    expect(loginsOf({ env: { HOME: '/home/ada' } })?.path).to.equal('/home/ada/.config/eucora/logins.json');
    const homeless = { ...program, XDG_CONFIG_HOME: '', HOME: '' };
    expect((await eucora(['packages', 'list'], { url, cwd, env: homeless })).code).to.equal(0);
  });

  it('says what the provider says to a wrong secret, and keeps nothing', async () => {
    const { url, cwd, env } = await ready(ROBOT);
    const program = { ...env, EUCORA_CLIENT_ID: 'robot', EUCORA_CLIENT_SECRET: 'a guess' };

    const { code, err } = await eucora(['packages', 'list'], { url, cwd, env: program });

    expect(code).to.equal(2);
    expect(err).to.match(/^UNAUTHENTICATED: http\S+ says no: it does not know this client with this secret/);
    expect(err).to.not.include('a guess');
    expect(await kept(env, url)).to.equal(undefined);
    const lacking = await eucora(['login', '--client-id', 'robot'], { url, cwd, env });
    expect(lacking.err).to.match(/^INPUT_INVALID: there is a client id, robot, and no secret/);
  });

  it('keeps nothing that the host does not believe', async () => {
    const { url, cwd, env } = await ready({}, { 'GET /api/whoami/': () => problem(401, 'UNAUTHENTICATED') });

    const { code } = await eucora(['login'], { url, cwd, env, onError: followedBy('ada') });

    expect(code).to.equal(2);
    expect(await kept(env, url)).to.equal(undefined);
  });

  it('sends no secret and takes no token over a line that others can read', async () => {
    const env = { EUCORA_TOKEN: '', EUCORA_CLIENT_ID: 'robot', EUCORA_CLIENT_SECRET: SECRET };

    for (const args of [['login'], ['packages', 'list']])
      expect((await eucora(args, { url: 'http://hub.example', env })).err).to.match(
        /^INPUT_INVALID: http:\/\/hub\.example is another machine, and what is sent there can be read on the way/,
      );
  });

  it('has nothing to do where there is no single sign-on', async () => {
    const { url } = await host({ 'GET /api/auth/': () => ({ body: { kind: 'local_token' } }) }, 0, true);

    const { code, out } = await eucora(['login'], { url });

    expect(code).to.equal(0);
    expect(out).to.include('has no single sign-on');
  });

  it('says so when the host names no client for people, or the provider does not answer', async () => {
    const way = { kind: 'oidc', issuer: 'http://127.0.0.1:9', audience: AUDIENCE, scopes: ['openid'] };
    const nobody = await host({ 'GET /api/auth/': () => ({ body: way }) }, 0, true);
    const dead = await host({ 'GET /api/auth/': () => ({ body: { ...way, client_id: 'c' } }) }, 0, true);

    expect((await eucora(['login'], { url: nobody.url })).err).to.match(/^UNAUTHENTICATED: the host names no client/);
    const { code, err } = await eucora(['login'], { url: dead.url });
    expect(code).to.equal(1);
    expect(err).to.match(/^IDENTITY_UNAVAILABLE: no sign-in at http:\/\/127\.0\.0\.1:9: /);
  });

  it('says what the person said when that was no', async () => {
    const { url, cwd, env } = await ready();

    const { code, err } = await eucora(['login'], { url, cwd, env, onError: refusing });

    expect(code).to.equal(2);
    expect(err).to.include('says no: access_denied: not today');
  });

  it('can be left', async () => {
    const { url, cwd, env } = await ready();

    const { code, err } = await eucora(['login'], { url, cwd, env, onError: async (_said, interrupt) => interrupt() });

    expect(code).to.equal(2);
    expect(err).to.include('the sign-in was left');
  });

  it('is undone by logout', async () => {
    const { url, cwd, env } = await ready();
    await eucora(['login'], { url, cwd, env, onError: followedBy('ada') });
    const { refresh_token } = (await kept(env, url))!;

    const first = await eucora(['logout', '--json'], { url, cwd, env });
    const second = await eucora(['logout'], { url, cwd, env });

    expect(first.json()).to.deep.equal({ signed_out: true });
    expect(second.out).to.include('You were not signed in');
    expect(await kept(env, url)).to.equal(undefined);
    await keep(env, url, { issuer: (await wayOf(url)).issuer, refresh_token, expires_at: '2020-01-01T00:00:00Z' });
    expect((await eucora(['packages', 'list'], { url, cwd, env })).err).to.include('invalid_grant');
  });

  it('forgets the sign-in also when the provider cannot be told', async () => {
    const { url, cwd, env } = await ready();
    await keep(env, url, { issuer: 'http://127.0.0.1:9' });

    const { code, out } = await eucora(['logout'], { url, cwd, env });

    expect(code).to.equal(0);
    expect(out).to.include('Signed out of').and.to.include('The provider could not be told');
    expect(await kept(env, url)).to.equal(undefined);
  });

  describe('comes back to a page', () => {
    it('that only our own browser finds', async () => {
      const page = await loopbackPage('our-state', new AbortController().signal);
      endWith(async () => page.close());
      const status = async (query: string) => (await fetch(page.address + query)).status;

      expect(await status('')).to.equal(404);
      expect(await status('?state=theirs&code=c')).to.equal(404);
      expect((await fetch(page.address.replace('/callback', '/other?state=our-state'))).status).to.equal(404);
      expect(await status('?state=our-state&code=c')).to.equal(200);
      expect((await page.visited).searchParams.get('code')).to.equal('c');
    });
  });

  describe('opens a browser', () => {
    it('where somebody sits before one', () => {
      expect(openerFor({ DISPLAY: ':0' }, 'linux')).to.deep.equal(['xdg-open']);
      expect(openerFor({ WAYLAND_DISPLAY: 'w' }, 'linux')).to.deep.equal(['xdg-open']);
      expect(openerFor({}, 'darwin')).to.deep.equal(['open']);
      expect(openerFor({}, 'win32')?.[0]).to.equal('rundll32');
      expect(openerFor({}, 'linux')).to.equal(undefined);
      expect(openerFor({ DISPLAY: ':0', SSH_CONNECTION: 'x' }, 'linux')).to.equal(undefined);
      expect(openerFor({ CI: 'true' }, 'darwin')).to.equal(undefined);
    });

    it('unless it is told not to', async function () {
      if (process.platform !== 'linux') return;
      const { url, cwd, env } = await ready();
      await mkdir(join(cwd, 'bin'));
      await writeFile(join(cwd, 'bin', 'xdg-open'), `#!/bin/sh\necho "$1" >> ${cwd}/opened\n`, { mode: 0o755 });
      const desk = { ...env, DISPLAY: ':0', PATH: `${join(cwd, 'bin')}:/usr/bin:/bin` };

      await eucora(['login', '--no-browser'], { url, cwd, env: desk, onError: followedBy('ada') });
      expect(await opened(cwd)).to.equal('');
      const { err } = await eucora(['login'], { url, cwd, env: desk, onError: followedBy('ada') });
      while ((await opened(cwd)) === '');

      expect((await opened(cwd)).trim()).to.equal(/http\S+/.exec(err)![0]);
    });

    const opened = (cwd: string) => readFile(join(cwd, 'opened'), 'utf8').catch(() => '');
  });

  async function ready(options: ProviderOptions = {}, routes: Readonly<Record<string, Route>> = {}) {
    const provider = await startProvider({ accounts: { ada: { roles: ['publisher'] } }, ...options });
    endWith(() => provider.close());
    const { url, asked } = await host(
      {
        'GET /api/auth/': () => ({ body: wayTo(provider.issuer) }),
        'GET /api/whoami/': (one) => ({ body: whoIs(one) }),
        'GET /api/packages/': (one) =>
          one.headers.authorization ? { body: { items: [] } } : problem(401, 'UNAUTHENTICATED'),
        ...routes,
      },
      0,
      true,
    );
    const [cwd, home] = [await folder({}), await folder({})];
    return { url, asked, cwd, home, issuer: provider.issuer, env: { EUCORA_TOKEN: '', XDG_CONFIG_HOME: home } };
  }
});

const SECRET = 'a secret of this test alone';

const ROBOT: ProviderOptions = {
  clients: [
    {
      client_id: 'robot',
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  programs: { robot: { roles: ['agent'] } },
};

const wayTo = (issuer: string) => ({
  kind: 'oidc',
  issuer,
  client_id: 'eucora-cli',
  audience: AUDIENCE,
  scopes: ['openid', 'offline_access'],
  resource: AUDIENCE,
});

const wayOf = async (url: string) => (await (await fetch(`${url}/api/auth/`)).json()) as { issuer: string };

interface Said {
  readonly sub: string;
  readonly roles: readonly string[];
}

const saidBy = ({ headers }: Asked): Said =>
  JSON.parse(Buffer.from(headers.authorization!.split('.')[1]!, 'base64url').toString()) as Said;

const subjectOf = (asked: Asked): string => saidBy(asked).sub;

function whoIs(asked: Asked) {
  const { sub, roles } = saidBy(asked);
  return { subject: sub, roles, permissions: ['deployment.read'], agent: roles.includes('agent') };
}

/** Somebody opens the address that was printed, and types that name. */
const followedBy = (typed: string) => async (said: string) => {
  const address = /Sign in at\s+(http\S+)/.exec(said)?.[1];
  if (address) await fetch(await browse(address, typed));
};

/** Somebody opens it, and says no. */
const refusing = async (said: string) => {
  const address = /Sign in at\s+(http\S+)/.exec(said)?.[1];
  if (!address) return;
  const asked = new URL(address).searchParams;
  const issuer = new URL(address).origin;
  const answer = { error: 'access_denied', error_description: 'not today', state: asked.get('state')!, iss: issuer };
  await fetch(`${asked.get('redirect_uri')}?${new URLSearchParams(answer)}`);
};

const kept = (env: Record<string, string>, url: string) => loginsOf({ env })!.of(new URL(url));

const keep = (env: Record<string, string>, url: string, login: Partial<Login>) =>
  loginsOf({ env })!.keep(new URL(url), {
    issuer: 'http://127.0.0.1:9',
    client_id: 'eucora-cli',
    access_token: 'an.old.token',
    ...login,
  });

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readMark } from '@eucora/sdk';
import { virtualClock, type TestContext } from '@eucora/sdk/testing';
import { latestOf, withoutFormerSelves } from '../src/computer-states.js';
import { finished, importPackage } from '../src/landscape-archive.js';
import { computers, installedVersions, profileActivities } from '../src/landscape-computers.js';
import { openLandscape, type Landscape } from '../src/landscape.js';
import { createProfile, readProfiles } from '../src/landscape-profiles.js';
import { allConstraints, readConstraints } from '../src/mapping.js';
import type { Activity } from '../src/wire.js';
import { collected, failureOf, givenConfig, givenContext } from './given.js';

/** One exchange as it was recorded or documented. */
interface Example {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly query?: Record<string, string>;
  };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly type: string | undefined;
  readonly body: string;
}

interface Replay {
  readonly landscape: Landscape;
  readonly ctx: TestContext;
  readonly example: Example;
  /** The last request that was answered with the example. */
  asked(): Asked;
  /** Its form. */
  form(): Record<string, string>;
}

/** How each example is asked for, and what our client makes of its answer. A file without an entry here fails the test. */
const REPLAYS: Readonly<Record<string, (replay: Replay) => Promise<void>>> = {
  async 'activities-poll-children'({ landscape, ctx, asked }) {
    const rows = await collected(profileActivities(landscape, ctx, '2024-02-07T17:00:00Z', 2));
    expect(asked().query.get('query')).to.match(
      /^type:ChangePackageProfilesRequest created-after:2024-02-07T17:00:00Z$/,
    );
    expect(rows.map(({ computer_id: id, activity_status: status }) => [id, status])).to.deep.equal([
      [365829, 'canceled'],
    ]);
    expect(latestOf(rows, 'apt-transport-https', 'x').get(365829)?.id).to.equal(71666950);
  },

  async 'activity-parents'({ landscape, ctx }) {
    const rows: Activity[] = [];
    for await (const page of landscape.pages<Activity>(ctx, '/api/v2/activities/parents', { limit: 2 }))
      rows.push(...page);
    expect(rows.map(({ type, parent_id: parent }) => [type, parent])).to.deep.equal([
      ['ActivityGroup', null],
      ['ActivityGroup', null],
    ]);
    expect(
      latestOf(
        rows.filter(({ computer_id: id }) => typeof id === 'number'),
        'apt-transport-https',
        'x',
      ).size,
    ).to.equal(0);
  },

  async 'computers-query'({ landscape, ctx, asked }) {
    const rows = await collected(computers(landscape, ctx, 1, ['server']));
    expect(asked().query.get('offset'), 'of the second page').to.equal('1');
    expect(asked().query.get('query'), 'which the documented link leaves out').to.equal('tag:server');
    expect(rows[0]).to.include({
      id: 1,
      hostname: 'appserv1',
      distribution: '10.04',
      last_ping_time: '2024-02-07T21:21:41Z',
    });
    expect(withoutFormerSelves(rows)).to.have.length(1);
  },

  async 'packages-query'({ landscape, ctx, asked }) {
    const found = await installedVersions(landscape, ctx, 'python', ['server'], 2);
    expect(asked().query.get('names.1')).to.equal('python');
    expect([...found]).to.deep.equal([
      [1, '2.5.1-1ubuntu2'],
      [2, '2.5.1-1ubuntu2'],
      [3, '2.5.1-1ubuntu2'],
    ]);
    expect(
      (await installedVersions(landscape, ctx, 'python-2play', ['server'], 2)).size,
      'available is not installed',
    ).to.equal(0);
  },

  async 'debarchive-import-package'({ landscape, ctx, asked, example }) {
    const { url } = example.request.body as { url: string };
    const operation = await importPackage(landscape, ctx, '<local>', url);
    expect(operation).to.equal('operations/<id>');
    expect(asked().path).to.equal('/debarchive/v1beta1/locals/%3Clocal%3E:importPackages');
    expect(JSON.parse(asked().body)).to.deep.equal({ name: 'locals/<local>', url });
    const patience = { operationPollMs: 1_000, patienceMs: 3_000 };
    const error = await failureOf(finished(landscape, ctx, patience, operation, 'the import'));
    expect(error, 'an operation that is not done is waited for').to.include({ code: 'DEADLINE_EXCEEDED' });
  },

  async 'error-invalid-query'({ landscape, ctx }) {
    const error = await failureOf(collected(profileActivities(landscape, ctx, undefined, 2)));
    expect(error).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(error.message).to.contain('InvalidQueryError: The search query provided is invalid.');
  },

  async 'legacy-cancel-activities-refused'({ landscape, ctx }) {
    const error = await failureOf(landscape.change(ctx, 'CancelActivities', { query: 'id:86' }));
    expect(error).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(error.message).to.contain('activity id => message; activity id => message');
  },

  async 'legacy-create-package-profile-pinned'({ landscape, ctx, form, example }) {
    const constraint = 'depends mysql = 5.1.0';
    const name = await createProfile(landscape, ctx, { title: 'eucora-mysql', description: 'corr=…', constraint });
    expect(name).to.equal('eucora-mysql');
    expect(form()).to.deep.equal(example.request.query);
    const [made] = example.response.body as Parameters<typeof allConstraints>;
    expect(allConstraints(made)).to.deep.equal([constraint]);
    expect(readConstraints([constraint])).to.deep.equal({ purpose: 'required', version: '5.1.0' });
  },

  async 'legacy-duplicate-package-profile'({ landscape, ctx }) {
    const profile = { title: 'eucora-mysql', description: 'corr=…', constraint: 'depends mysql = 5.1.0' };
    const error = await failureOf(createProfile(landscape, ctx, profile));
    expect(error).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(error.details).not.to.have.property('outcome');
  },

  async 'legacy-get-package-profiles'({ landscape, ctx, form, example }) {
    const [profile] = await readProfiles(landscape, ctx, ['mysqlprofile']);
    expect(form()).to.deep.equal(example.request.query);
    expect(profile).to.deep.include({ name: 'mysqlprofile', tags: ['server', 'desktop'] });
    expect(profile!.computers).to.deep.equal({ constrained: [4, 13, 79, 945], 'non-compliant': [13] });
    expect(allConstraints(profile!)).to.deep.equal(['depends mysql >= 5.1.0', 'conflicts python-mysqldb < 1.2.2']);
    expect(readMark(profile!.description), 'it is nobody of ours').to.equal(undefined);
  },

  async 'legacy-signature-mismatch'({ landscape, ctx }) {
    const error = await failureOf(readProfiles(landscape, ctx));
    expect(error).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(error.remedy).to.match(/clock.*trailing slash/);
  },

  async 'legacy-unknown-packages'({ landscape, ctx, form, example }) {
    const error = await failureOf(
      landscape.change(ctx, 'InstallPackages', { query: 'tag:server', packages: ['no-such-package'] }),
    );
    expect(error).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(form()).to.deep.equal(example.request.query);
  },

  async 'login-access-key'({ landscape, ctx, asked }) {
    // Every address answers with the log-in here; what comes back for the question itself is not a page.
    expect(await failureOf(collected(computers(landscape, ctx, 1)))).to.include({ code: 'PLANE_ANSWER_INVALID' });
    expect(asked().path).to.equal('/api/v2/computers');
    expect(ctx.audited.map(({ target }) => target.replace(/^[^/]+/, ''))).to.deep.equal([
      '/api/v2/login/access-key',
      '/api/v2/computers',
    ]);
  },

  async 'login-password'({ landscape, ctx }) {
    // A person's log-in gives the same shape; the hub uses key pairs only.
    const { body } = await landscape.request<{ token: string; current_account: string }>(ctx, {
      method: 'GET',
      url: '/api/v2/login',
    });
    expect(body).to.include({ token: '<header>.<payload>.<signature>', current_account: 'onward' });
  },

  async 'packages-install-undocumented'({ landscape, ctx, example }) {
    const { body } = await landscape.request<Activity>(ctx, {
      method: 'POST',
      url: '/api/v2/packages',
      json: example.request.body,
    });
    expect(body).to.include({ type: 'ActivityGroup', activity_status: 'undelivered', computer_id: null });
  },

  async 'downgrade-one-package-undocumented'({ landscape, ctx, example }) {
    const { body } = await landscape.request<Activity>(ctx, {
      method: 'POST',
      url: example.request.path,
      json: example.request.body,
    });
    expect(latestOf([body], 'apt-transport-https', 'x').get(365829)).to.include({ activity_status: 'canceled' });
  },
};

describe('the recorded and documented exchanges', () => {
  const examples = readExamples();

  it('are each replayed', () => {
    expect([...examples.keys()].filter((name) => !(name in REPLAYS))).to.deep.equal([]);
    if (examples.size > 0) expect(Object.keys(REPLAYS).filter((name) => !examples.has(name))).to.deep.equal([]);
  });

  for (const [name, example] of examples) {
    it(name, async () => {
      const replay = await given(example);
      try {
        await REPLAYS[name]!(replay);
      } finally {
        replay.close();
      }
    });
  }
});

const LOGIN = '/api/v2/login/access-key';

/** A server that answers every question with the example, and the log-in with a token. */
async function given(example: Example): Promise<Replay & { close(): void }> {
  const seen: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://example');
      const isLogin = url.pathname === LOGIN;
      const asked = {
        method: request.method!,
        path: url.pathname,
        query: url.searchParams,
        type: request.headers['content-type'],
        body: Buffer.concat(chunks).toString(),
      };
      if (!isLogin) seen.push(asked);
      // Pages that follow are empty: an example has one.
      const further = Number(url.searchParams.get('offset') ?? 0) > 0;
      const { status, headers, body } =
        isLogin && example.request.path !== LOGIN
          ? {
              status: 200,
              headers: { 'content-type': 'application/json' },
              body: { token: 'a.b.c', current_account: 'onward' },
            }
          : further
            ? { status: 200, headers: example.response.headers, body: { count: 0, results: [], next: null } }
            : example.response;
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = givenConfig({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKey: 'env:ACCESS_KEY',
    secretKey: 'env:SECRET_KEY',
  });
  const landscape = openLandscape(config, 'landscape');
  const asked = () => seen.at(-1)!;
  return {
    landscape,
    ctx: givenContext(virtualClock({ autoAdvance: true }), { accessKey: 'key', secretKey: 'secret' }),
    example,
    asked,
    form: () => {
      expect(asked()).to.include({ method: 'POST', path: '/api/', type: 'application/x-www-form-urlencoded' });
      return Object.fromEntries(new URLSearchParams(asked().body));
    },
    close() {
      landscape.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function readExamples(): ReadonlyMap<string, Example> {
  const folder = fileURLToPath(new URL('../../../../shared/contracts/examples/landscape/', import.meta.url));
  if (!existsSync(folder)) {
    console.warn(`\n  ATTENTION: no examples in ${folder}; recorded exchanges are NOT replayed\n`);
    return new Map();
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(folder + name, 'utf8')) as Example]),
  );
}

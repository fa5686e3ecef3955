import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { contract, SHARED } from './contract.js';
import { givenStore, KUBERNETES, refusal } from './given.js';

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly request_body: object | null;
  readonly status: number;
  readonly response_body: Readonly<Record<string, unknown>>;
}

type Given = Awaited<ReturnType<typeof givenStore>>;
type Replay = (given: Given, recorded: Recorded) => Promise<void>;

const FOLDER = `${SHARED}examples/vault/`;
const SECRET = 'vault:secret/my-secret#foo';

/** A login that is answered as recorded lets us in; the read after it shows with which token. */
const signsIn =
  (token: string): Replay =>
  async ({ store, vault, asked }, recorded) => {
    store.instead.push(answerOf(recorded), { status: 403, body: DENIED }, { status: 200, body: { data: {} } });
    expect(await refusal(vault.resolve(SECRET))).to.include({ code: 'SECRET_STORE_FORBIDDEN' });
    expect(`/v1/${asked()[0]}`).to.equal(recorded.path);
    expect(Object.keys(store.seen[0]!.body as object)).to.have.members(Object.keys(recorded.request_body!));
    expect(store.seen[1]!.headers['x-vault-token']).to.equal(token);
  };

/** We write nothing; should such an answer come to a read, it is taken for no secret. */
const isNoSecret =
  (code: string): Replay =>
  async ({ store, vault }, recorded) => {
    await signedIn(vault);
    store.instead.push({ status: recorded.status, body: JSON.stringify(recorded.response_body) });
    expect(await refusal(vault.resolve(SECRET))).to.include({ code });
  };

/** One for each file; one that is missing turns the test red. */
const REPLAYS: Readonly<Record<string, Replay>> = {
  '01-approle-login.json': signsIn('5b1a0318-679c-9c45-e5c6-d1b9a9035d49'),
  '02-kubernetes-login.json': signsIn('62b858f9-529c-6b26-e0b8-0457b6aacdb4'),
  async '03-kv2-read.json'({ store, vault }, recorded) {
    await signedIn(vault);
    store.instead.push(answerOf(recorded));
    expect(await vault.resolve(`${SECRET}@v2`)).to.equal('bar');
    expectAsRecorded(store, recorded);
  },
  async '04-kv2-read-deleted-version.json'({ store, vault }, recorded) {
    await signedIn(vault);
    store.instead.push(answerOf(recorded));
    const error = await refusal(vault.resolve(`${SECRET}@v1`));
    expect(error).to.include({ code: 'SECRET_NOT_FOUND', message: `${SECRET}@v1: version 1 is deleted` });
    expectAsRecorded(store, recorded);
  },
  '05-kv2-write-cas-conflict.json': isNoSecret('SECRET_NOT_FOUND'),
  async '06-permission-denied.json'({ store, vault, asked }, recorded) {
    await signedIn(vault);
    store.revokeAll();
    store.instead.push(answerOf(recorded), { status: 403, body: DENIED });
    expect(await refusal(vault.resolve('vault:secret/other#f'))).to.include({ code: 'SECRET_NOT_FOUND' });
    expect(asked().slice(-4)).to.deep.equal([
      'secret/data/other',
      'auth/token/lookup-self',
      'auth/approle/login',
      'secret/data/other',
    ]);
  },
  async '07-health-standby.json'({ store, vault, asked, waits }, recorded) {
    const failing = { status: 500, body: { errors: [] } };
    store.instead.push(failing, failing, failing, answerOf(recorded));
    const error = await refusal(vault.resolve(SECRET));
    expect(error.message).to.match(/is a standby, and does not reach the active node$/);
    expect(`/v1/${asked().at(-1)}`).to.equal(recorded.path);
    expect(waits).to.have.length(2);
  },
  '08-kv2-write.json': isNoSecret('SECRET_STORE_UNAVAILABLE'),
};

describe('what others recorded of KV version 2 stores', () => {
  const names = existsSync(FOLDER) ? readdirSync(FOLDER).sort() : [];
  if (names.length === 0) console.warn(`\n  ATTENTION: nothing recorded in ${FOLDER}; it is NOT replayed\n`);

  for (const name of names) {
    it(`${name} is read as it was meant`, async () => {
      const recorded = JSON.parse(readFileSync(FOLDER + name, 'utf8')) as Recorded;
      const given = await givenStore(name.includes('kubernetes') ? KUBERNETES : {});
      given.store.kept.set('kv/first', [{ f: 'v' }]);
      try {
        const replay = REPLAYS[name];
        expect(replay, `there is no replay of ${name}`).to.be.a('function');
        await replay!(given, recorded);
      } finally {
        await given.store.close();
      }
      expect(given.store.violations).to.deep.equal([]);
    });

    it(`${name} keeps to the contract`, async () => {
      const { method, path, request_body, status, response_body } = JSON.parse(
        readFileSync(FOLDER + name, 'utf8'),
      ) as Recorded;
      const { pathname, searchParams } = new URL(path, 'http://store');
      const request = {
        method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: {},
        body: request_body ?? undefined,
      };
      expect(await (await contract('vault-kv'))(request, status, response_body)).to.deep.equal([]);
    });
  }
});

const DENIED = { errors: ['permission denied'] };

const answerOf = ({ status, response_body }: Recorded) => ({ status, body: response_body });

const signedIn = (vault: Given['vault']) => vault.resolve('vault:kv/first#f');

function expectAsRecorded({ seen }: Given['store'], recorded: Recorded): void {
  const { method, path, query, headers } = seen.at(-1)!;
  const asked = `${path}?${new URLSearchParams(query).toString()}`;
  expect([method, asked]).to.deep.equal([recorded.method, recorded.path]);
  for (const name of Object.keys(recorded.request_headers)) expect(headers).to.have.property(name.toLowerCase());
}

import { expect } from 'chai';
import { loadConfig } from '../src/config/load-config.js';
import { givenFiles, givenFolder, leftovers, thrownBy } from './given.js';

describe('the configuration', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('needs nothing to be said', () => {
    const cwd = givenFolder(left);

    expect(loadConfig({ env: {}, cwd })).to.deep.equal({
      dataDir: `${cwd}/.eucora`,
      port: 8780,
      host: '127.0.0.1',
      registry: `${cwd}/eucora.registry.jsonl`,
      tenant: 'default',
      workers: 8,
      artifactLimit: 10 * 1024 ** 3,
      logLevel: 'info',
      warnings: [],
    });
  });

  it('is read from the file, and the environment wins', () => {
    const cwd = givenFiles(givenFolder(left), { 'eucora.config.json': { port: 1, tenant: 'acme', workers: 2 } });

    const config = loadConfig({ env: { EUCORA_PORT: '0', EUCORA_DATABASE_URL: 'postgres://db/eucora' }, cwd });

    expect(config).to.include({ port: 0, tenant: 'acme', workers: 2, databaseUrl: 'postgres://db/eucora' });
  });

  it('is read from the file that was named', () => {
    const cwd = givenFiles(givenFolder(left), { 'a.json': { port: 1 }, 'b.json': { port: 2 } });

    expect(loadConfig({ env: { EUCORA_CONFIG: 'a.json' }, cwd }).port).to.equal(1);
    expect(loadConfig({ file: 'b.json', env: { EUCORA_CONFIG: 'a.json' }, cwd }).port).to.equal(2);
  });

  it('names every mistake at once, each with its place', () => {
    const cwd = givenFiles(givenFolder(left), { 'eucora.config.json': { prot: 1, workers: 'many', data_dir: '' } });

    const error = thrownBy(() => loadConfig({ env: { EUCORA_PORT: '70000', EUCORA_LOG_LEVEL: 'loud' }, cwd }));

    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message.split('\n')).to.have.members([
      'eucora.config.json: prot is not known; did you mean port?',
      'eucora.config.json: workers must be integer',
      'eucora.config.json: data_dir must NOT have fewer than 1 characters',
      'EUCORA_PORT must be <= 65535',
      'EUCORA_LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
    ]);
  });

  for (const [name, value] of [
    ['EUCORA_REDIS_URL', 'redis://localhost'],
    ['EUCORA_S3_BUCKET', 'evidence'],
  ] as const) {
    it(`refuses ${name} rather than not hearing it`, () => {
      const error = thrownBy(() => loadConfig({ env: { [name]: value }, cwd: givenFolder(left) }));

      expect(error.code).to.equal('CONFIG_INVALID');
      expect(error.message).to.match(new RegExp(`^${name} this version`));
    });
  }

  it('refuses the same in the file, once', () => {
    const cwd = givenFiles(givenFolder(left), { 'eucora.config.json': { redis_url: 'redis://localhost' } });

    expect(thrownBy(() => loadConfig({ env: {}, cwd })).message).to.match(
      /^eucora\.config\.json: redis_url this version/,
    );
  });

  it('answers this machine only', () => {
    const error = thrownBy(() => loadConfig({ env: { EUCORA_HOST: '0.0.0.0' }, cwd: givenFolder(left) }));

    expect(error.message).to.match(/^EUCORA_HOST is not a loopback address/);
    expect(loadConfig({ env: { EUCORA_HOST: '::1' }, cwd: givenFolder(left) }).host).to.equal('::1');
  });

  it('takes a near name in the environment for a typing mistake, and passes over what is not ours', () => {
    const cwd = givenFolder(left);

    expect(thrownBy(() => loadConfig({ env: { EUCORA_WORKRES: '2' }, cwd })).message).to.equal(
      'EUCORA_WORKRES is not known; did you mean workers?',
    );
    const { warnings } = loadConfig({ env: { EUCORA_URL: 'http://x', EUCORA_SOMETHING_ELSE: '1' }, cwd });
    expect(warnings).to.deep.equal(['EUCORA_SOMETHING_ELSE is not a setting of this host']);
  });

  it('refuses a file that is not there, is not JSON, or is no object', () => {
    const cwd = givenFiles(givenFolder(left), { 'broken.json': '{"port":', 'list.json': '[]', 'folder/x': '' });
    const loading = (file: string) => thrownBy(() => loadConfig({ file, env: {}, cwd })).message;

    expect(loading('none.json')).to.equal('none.json is not there');
    expect(loading('broken.json')).to.match(/^broken\.json is not JSON: /);
    expect(loading('list.json')).to.equal('list.json is not a JSON object');
    expect(loading('folder')).to.match(/^folder cannot be read: EISDIR/);
  });
});

describe('the configuration of single sign-on', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  const ISSUER = { oidc_issuer: 'https://id.example', oidc_audience: 'https://hub.example/api' };

  it('needs an issuer and an audience, and knows the rest', () => {
    expect(loading(ISSUER).oidc).to.deep.equal({
      issuer: 'https://id.example',
      audience: 'https://hub.example/api',
      scopes: ['openid', 'offline_access'],
      subjectClaim: 'sub',
      rolesClaim: 'roles',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      tokenTypes: ['at+jwt', 'jwt'],
      clockToleranceSeconds: 30,
    });
  });

  it('is read from the environment: lists with commas or spaces, a map as JSON', () => {
    const { oidc } = loading(ISSUER, {
      EUCORA_OIDC_SCOPES: 'openid, api://hub/.default',
      EUCORA_OIDC_ALGORITHMS: 'ES384 PS512',
      EUCORA_OIDC_TOKEN_TYPES: 'application/AT+JWT',
      EUCORA_OIDC_ROLE_MAP: '{"hub-approvers":"cab_approver","all":["publisher","auditor"]}',
      EUCORA_OIDC_CLOCK_TOLERANCE_SECONDS: '5',
      EUCORA_OIDC_SUBJECT_CLAIM: 'oid',
      EUCORA_OIDC_CLIENT_ID: 'eucora-cli',
      EUCORA_OIDC_RESOURCE: 'https://hub.example/api',
    });

    expect(oidc).to.deep.include({
      scopes: ['openid', 'api://hub/.default'],
      algorithms: ['ES384', 'PS512'],
      tokenTypes: ['at+jwt'],
      roleMap: { 'hub-approvers': ['cab_approver'], all: ['publisher', 'auditor'] },
      clockToleranceSeconds: 5,
      subjectClaim: 'oid',
      clientId: 'eucora-cli',
      resource: 'https://hub.example/api',
    });
  });

  for (const [what, file, complaint] of [
    ['no audience', { oidc_issuer: 'https://id.example' }, /: oidc_audience is missing; oidc_issuer is given/],
    ['no issuer', { oidc_audience: 'a' }, /: oidc_issuer is missing; oidc_audience is given/],
    ['an issuer in clear', { ...ISSUER, oidc_issuer: 'http://id.example' }, /: oidc_issuer must be an https address/],
    ['an issuer that is none', { ...ISSUER, oidc_issuer: 'id.example' }, /: oidc_issuer must be an https address/],
    ['no signatures', { ...ISSUER, oidc_algorithms: ['RS256', 'none'] }, /: oidc_algorithms must not hold none: only/],
    ['shared secrets', { ...ISSUER, oidc_algorithms: ['HS256'] }, /: oidc_algorithms must not hold HS256: only/],
    [
      'a role that there is not',
      { ...ISSUER, oidc_role_map: { 'hub-users': 'publsher' } },
      /: oidc_role_map\.hub-users names a role publsher that there is not; did you mean publisher\?/,
    ],
    [
      'a role like none',
      { ...ISSUER, oidc_role_map: { x: ['root'] } },
      /: oidc_role_map\.x names a role root that there is not; the roles are platform_admin, /,
    ],
    ['a scope that is a number', { ...ISSUER, oidc_scopes: [1] }, /: oidc_scopes\[0\] must be string/],
    [
      'a rung that there is not',
      { connector_rbac_role: 'Boss' },
      /: connector_rbac_role must be one of Viewer, Author, /,
    ],
    [
      'an address for everybody and no name',
      { ...ISSUER, host: '0.0.0.0' },
      /: host is open to other machines; say in/,
    ],
    [
      'a public name with a path',
      { ...ISSUER, public_hosts: ['hub.example/x'] },
      /: public_hosts must hold names without/,
    ],
    ['a public address that is none', { public_url: 'hub.example' }, /: public_url must be an address like https:/],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(thrownBy(() => loading(file)).message).to.match(complaint);
    });
  }

  it('refuses a map that is no JSON, by the name of its variable', () => {
    expect(thrownBy(() => loading(ISSUER, { EUCORA_OIDC_ROLE_MAP: '{' })).message).to.match(
      /^EUCORA_OIDC_ROLE_MAP is not JSON: /,
    );
  });

  it('opens the host to other machines under the names that were given', () => {
    const config = loading({ ...ISSUER, host: '0.0.0.0', public_url: 'https://Hub.example/', public_hosts: ['hub-1'] });

    expect(config).to.deep.include({
      host: '0.0.0.0',
      publicUrl: 'https://hub.example',
      publicHosts: ['hub.example', 'hub-1'],
    });
  });

  it('leaves the local token off, unless it is asked for', () => {
    expect(loading(ISSUER).localToken).to.equal(undefined);
    expect(loading(ISSUER, { EUCORA_LOCAL_TOKEN: 'true' }).localToken).to.equal(true);
  });

  it('knows the rung of connectors by both of its names, the newer first', () => {
    expect(loading({}, { CONNECTOR_RBAC_ROLE: 'admin' }).connectorRole).to.equal('Admin');
    const both = { CONNECTOR_RBAC_ROLE: 'admin', EUCORA_CONNECTOR_RBAC_ROLE: 'Author' };
    expect(loading({}, both).connectorRole).to.equal('Author');
    expect(thrownBy(() => loading({}, { CONNECTOR_RBAC_ROLE: 'boss' })).message).to.include(
      'must be one of Viewer, Author, Operator, Auditor, Compliance, Admin',
    );
  });

  it('has a rate limit whose burst is twice its rate', () => {
    expect(loading({}).rateLimit).to.equal(undefined);
    expect(loading({ rate_limit_per_second: 50 }).rateLimit).to.deep.equal({ perSecond: 50, burst: 100 });
    expect(loading({ rate_limit_per_second: 0 }).rateLimit).to.deep.equal({ perSecond: 0, burst: 1 });
    expect(loading({ rate_limit_burst: 7 }).rateLimit).to.deep.equal({ perSecond: 200, burst: 7 });
  });

  it('knows the gates that must be there', () => {
    expect(loading({}, { EUCORA_REQUIRED_GATES: 'cab,risk' }).requiredGates).to.deep.equal(['cab', 'risk']);
  });

  it('passes over what is for the command line', () => {
    const { warnings } = loading({}, { EUCORA_CLIENT_ID: 'x', EUCORA_CLIENT_SECRET: 'y', EUCORA_CONFIG_DIR: '/tmp' });

    expect(warnings).to.deep.equal([]);
  });

  const loading = (file: object, env: Record<string, string> = {}) =>
    loadConfig({ env, cwd: givenFiles(givenFolder(left), { 'eucora.config.json': file }) });
});

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
    ['EUCORA_OIDC_ISSUER', 'https://id.example'],
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

import { expect } from 'chai';
import { describeIssue, PORT_VERSION } from '@eucora/sdk';
import plugin from '../src/index.js';
import { ansibleConfig, hostsOf, recordInventoryOf, sourceOf } from '../src/config.js';
import { givenConfig } from './given.js';

const GOOD = {
  url: 'https://awx.example.test',
  token: 'file:/run/secrets/awx-token',
  inventory: 2,
  installTemplate: 7,
};
const ARTIFACT_URL = 'https://artifacts.example.test/{sha256}';

describe('the configuration', () => {
  it('needs an address, a token, an inventory and a template; the rest has defaults', async () => {
    const config = await givenConfig(GOOD);
    expect(config).to.include({ apiPrefix: '/api/v2', labels: true, jobDeadlineMs: 7_200_000, forwardEvents: 'all' });
    expect(hostsOf(config)).to.deep.equal(['awx.example.test']);
    expect(recordInventoryOf(config)).to.equal(2);
    expect(recordInventoryOf(await givenConfig({ ...GOOD, recordInventory: 4 }))).to.equal(4);
  });

  it('says how versions come to the hosts', async () => {
    expect(sourceOf(await givenConfig(GOOD))).to.equal('distribution');
    expect(sourceOf(await givenConfig({ ...GOOD, artifactUrl: ARTIFACT_URL }))).to.equal('artifact');
    expect(sourceOf(await givenConfig({ ...GOOD, artifactUrl: ARTIFACT_URL, repositoryTemplate: 8 }))).to.equal(
      'repository',
    );
  });

  it('is refused with every complaint at once, each with its path', () => {
    const wrong = {
      url: 'http://awx.example.test',
      apiPrefix: '/api/v1',
      token: 'abc123',
      inventory: 0,
      installTemplate: 'seven',
      forwardEvents: 'some',
      password: 'x',
    };
    expect(issuesOf(wrong).map((line) => line.split(':')[0])).to.include.members(Object.keys(wrong));
    expect(issuesOf(wrong).join('\n')).not.to.include('abc123');
  });

  it('does not take a repository that has nowhere to get artifacts from', () => {
    expect(issuesOf({ ...GOOD, repositoryTemplate: 8 }).join()).to.match(/^artifactUrl/);
    expect(issuesOf({ ...GOOD, artifactUrl: 'https://artifacts.example.test/' }).join()).to.match(/\{sha256\}/);
    expect(issuesOf({ ...GOOD, artifactUrl: 'ftp://artifacts.example.test/{sha256}' }).join()).to.match(/https/);
  });

  it('must be an object', () => {
    for (const value of [undefined, 7, [], 'x']) expect(issuesOf(value)).to.deep.equal(['must be an object']);
  });
});

describe('the plugin', () => {
  it('is a plane for Linux that opens nothing by being made', async () => {
    expect(plugin).to.include({ kind: 'plane', name: 'ansible', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.deep.equal(['linux']);
    const plane = plugin.create(await givenConfig(GOOD), { id: 'awx-eu' });
    expect([...plane.capabilities].sort()).to.deep.equal(['compliance', 'inventory', 'push', 'rollback', 'telemetry']);
    expect(plugin.hosts!(await givenConfig(GOOD))).to.deep.equal(['awx.example.test']);
  });
});

const issuesOf = (value: unknown): string[] =>
  (ansibleConfig['~standard'].validate(value).issues ?? []).map((issue) => describeIssue(issue));

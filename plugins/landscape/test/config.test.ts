import { expect } from 'chai';
import { describeIssue, PORT_VERSION } from '@eucora/sdk';
import plugin from '../src/index.js';
import { hostsOf, landscapeConfig } from '../src/config.js';
import { givenConfig } from './given.js';

const GOOD = {
  url: 'https://landscape.example.com',
  accessKey: 'env:LANDSCAPE_ACCESS_KEY',
  secretKey: 'file:/run/secrets/landscape',
};
const REPOSITORY = {
  publications: { lab: 'publication-lab' },
  artifactFolder: '/srv/artifacts',
  artifactBaseUrl: 'http://packages.example.com/eucora',
};

describe('the configuration', () => {
  it('needs three values and knows the rest', () => {
    expect(givenConfig(GOOD)).to.include({
      legacyAuth: 'jwt',
      tokenMinutes: 60,
      pageSize: 1_000,
      stuckAfterMs: 86_400_000,
    });
    expect(givenConfig({ ...GOOD, repository: REPOSITORY }).repository).to.include({
      local: 'eucora',
      component: 'main',
    });
  });

  it('names all its mistakes at once, each with its path', () => {
    const issues = issuesOf({
      ...GOOD,
      secretKey: 'hunter2',
      legacyAuth: 'basic',
      tokenMinute: 5,
      repository: { ...REPOSITORY, publications: { lab: 'Not An Id', laboratory: 'x' }, artifactFolder: '' },
      pockets: { lab: { distribution: 'ubuntu', series: 'noble', mode: 'push' } },
    });
    for (const path of [
      'secretKey',
      'legacyAuth',
      'tokenMinute',
      'repository.publications.lab',
      'repository.publications.laboratory',
      'repository.artifactFolder',
      'pockets.lab.pocket',
      'pockets.lab.mode',
    ]) {
      expect(
        issues.some((issue) => issue.startsWith(`${path}: `)),
        `${path} in ${issues.join('; ')}`,
      ).to.equal(true);
    }
    expect(issues.join()).not.to.contain('hunter2');
  });

  it('lets plain http stay on this machine, but for the artifacts that Landscape fetches', () => {
    expect(issuesOf({ ...GOOD, url: 'http://127.0.0.1:4711', repository: REPOSITORY })).to.deep.equal([]);
    expect(issuesOf({ ...GOOD, url: 'http://landscape.example.com' })).to.have.length(1);
    const indexes = { lab: 'http://packages.example.com/Packages' };
    expect(issuesOf({ ...GOOD, repository: { ...REPOSITORY, indexes } })).to.have.length(1);
  });

  it('is an object', () => {
    for (const value of [null, 'text', []]) expect(issuesOf(value)).to.deep.equal(['must be an object']);
  });

  it('says where the plugin goes: to the server and the published indexes, and not to the artifacts', () => {
    const indexes = { lab: 'https://packages.example.com:8443/dists/x/main/binary-amd64/Packages' };
    const config = givenConfig({ ...GOOD, repository: { ...REPOSITORY, indexes } });
    expect(hostsOf(config)).to.deep.equal(['landscape.example.com', 'packages.example.com:8443']);
    expect(hostsOf(givenConfig(GOOD))).to.deep.equal(['landscape.example.com']);
  });
});

describe('the plugin', () => {
  it('is a plane for Linux, of the present ports', () => {
    expect(plugin).to.include({ kind: 'plane', name: 'landscape', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.deep.equal(['linux']);
    expect(plugin.hosts?.(givenConfig(GOOD))).to.deep.equal(['landscape.example.com']);
  });

  it('opens nothing when it is made', () => {
    const plane = plugin.create(givenConfig(GOOD), { id: 'landscape-emea' });
    expect([...plane.capabilities]).to.have.members(['inventory', 'push', 'compliance', 'rollback', 'telemetry']);
  });
});

function issuesOf(value: unknown): string[] {
  return (landscapeConfig['~standard'].validate(value).issues ?? []).map(describeIssue);
}

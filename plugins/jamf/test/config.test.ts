import { expect } from 'chai';
import { describeIssue, PORT_VERSION } from '@eucora/sdk';
import { hostsOf, jamfConfig } from '../src/config.js';
import plugin from '../src/index.js';
import { givenConfig } from './given.js';

const GOOD = {
  url: 'https://example.jamfcloud.com',
  clientId: '6cabf059-21c9-44d6-bbde-02898f7430dd',
  clientSecret: 'file:/run/secrets/jamf',
};

describe('the configuration', () => {
  it('needs three values and knows the rest', () => {
    expect(givenConfig(GOOD)).to.include({ pageSize: 500, retryAttempts: 3, consistencyMs: 60_000 });
  });

  it('names all its mistakes at once, each with its path', () => {
    const issues = issuesOf({ url: 'no url', clientId: '', clientSecret: 'hunter2', retryAttempts: 11, pageSzie: 5 });
    for (const path of ['url', 'clientId', 'clientSecret', 'retryAttempts', 'pageSzie']) {
      expect(
        issues.some((issue) => issue.startsWith(`${path}: `)),
        path,
      ).to.equal(true);
    }
    expect(issues.join()).not.to.include('hunter2');
  });

  it('takes no page that Jamf would shorten without a word', () => {
    expect(issuesOf({ ...GOOD, pageSize: 2_000 })).to.deep.equal([]);
    expect(issuesOf({ ...GOOD, pageSize: 2_001 })).to.have.length(1);
  });

  it('lets plain http stay on this machine', () => {
    expect(issuesOf({ ...GOOD, url: 'http://127.0.0.1:4711' })).to.deep.equal([]);
    expect(issuesOf({ ...GOOD, url: 'http://example.jamfcloud.com' })).to.deep.equal([
      'url: must be https (plain http on this machine only)',
    ]);
  });

  it('says where the plugin goes: nowhere but to the instance', () => {
    expect(hostsOf(givenConfig(GOOD))).to.deep.equal(['example.jamfcloud.com']);
    expect(hostsOf(givenConfig({ ...GOOD, url: 'https://jamf.example.org:8443' }))).to.deep.equal([
      'jamf.example.org:8443',
    ]);
  });
});

describe('the plugin', () => {
  it('is a plane for Macs, of the present ports', () => {
    expect(plugin).to.include({ kind: 'plane', name: 'jamf', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.deep.equal(['macos']);
    expect(plugin.hosts?.(givenConfig(GOOD))).to.deep.equal(['example.jamfcloud.com']);
  });

  it('opens nothing when it is made', () => {
    const plane = plugin.create(givenConfig(GOOD), { id: 'jamf-emea' });
    expect([...plane.capabilities]).to.have.members(['inventory', 'push', 'compliance', 'rollback', 'telemetry']);
  });
});

const issuesOf = (value: unknown): readonly string[] =>
  (jamfConfig['~standard'].validate(value).issues ?? []).map(describeIssue);

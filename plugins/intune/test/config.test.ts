import { expect } from 'chai';
import { describeIssue, PORT_VERSION } from '@eucora/sdk';
import plugin from '../src/index.js';
import { hostsOf, intuneConfig } from '../src/config.js';
import { givenConfig } from './given.js';

const GOOD = {
  tenantId: 'contoso.example',
  clientId: '97e0a5b7-d745-40b6-94fe-5f77d35c6e05',
  certificate: 'file:/run/secrets/intune.pem',
  privateKey: 'env:INTUNE_KEY',
};

describe('the configuration', () => {
  it('needs four values and knows the rest', async () => {
    expect(await givenConfig(GOOD)).to.include({
      graphUrl: 'https://graph.microsoft.com/v1.0',
      loginUrl: 'https://login.microsoftonline.com',
      uploadBlockBytes: 6 * 1024 * 1024,
      consistencyMs: 30_000,
    });
  });

  it('names all its mistakes at once, each with its path', async () => {
    const issues = await issuesOf({
      ...GOOD,
      tenantId: '',
      privateKey: '-----BEGIN PRIVATE KEY-----',
      uploadBlockBytes: 1,
      filePolMs: 5,
    });
    for (const path of ['tenantId', 'privateKey', 'uploadBlockBytes', 'filePolMs']) {
      expect(
        issues.some((issue) => issue.startsWith(`${path}: `)),
        path,
      ).to.equal(true);
    }
  });

  it('lets plain http stay on this machine', async () => {
    for (const graphUrl of ['http://127.0.0.1:4711/v1.0', 'http://localhost:1/v1.0']) {
      expect(await issuesOf({ ...GOOD, graphUrl })).to.deep.equal([]);
    }
    expect(await issuesOf({ ...GOOD, graphUrl: 'http://graph.microsoft.com/v1.0' })).to.deep.equal([
      'graphUrl: must be https (plain http on this machine only)',
    ]);
  });

  it('is an object', async () => {
    for (const value of [null, 'text', []]) expect(await issuesOf(value)).to.deep.equal(['must be an object']);
  });

  it('says where the plugin goes: nowhere but to these hosts', async () => {
    expect(hostsOf(await givenConfig(GOOD))).to.deep.equal([
      'graph.microsoft.com',
      'login.microsoftonline.com',
      '*.blob.core.windows.net',
    ]);
  });
});

describe('the plugin', () => {
  it('is a plane for Windows, of the present ports', async () => {
    expect(plugin).to.include({ kind: 'plane', name: 'intune', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.deep.equal(['windows']);
    expect(plugin.hosts?.(await givenConfig(GOOD))).to.include('graph.microsoft.com');
  });

  it('opens nothing when it is made', async () => {
    const plane = plugin.create(await givenConfig(GOOD), { id: 'intune-emea' });
    expect([...plane.capabilities]).to.have.members(['inventory', 'push', 'compliance', 'rollback', 'telemetry']);
  });
});

async function issuesOf(value: unknown): Promise<string[]> {
  const { issues = [] } = intuneConfig['~standard'].validate(value);
  return issues.map(describeIssue);
}

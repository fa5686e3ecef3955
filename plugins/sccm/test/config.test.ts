import { expect } from 'chai';
import { describeIssue, PORT_VERSION } from '@eucora/sdk';
import plugin, { exclusiveSecrets } from '../src/index.js';
import { hostsOf, sccmConfig } from '../src/config.js';
import { givenConfig } from './given.js';

const GOOD = {
  adminServiceUrl: 'https://smsprovider.contoso.example/AdminService',
  siteCode: 'ABC',
  negotiate: {
    kind: 'kerberos',
    principal: 'svc-eucora-sccm@CONTOSO.EXAMPLE',
    keytab: 'file:/run/secrets/sccm.keytab',
  },
  authoring: { kind: 'powershell', computer: 'smsprovider.contoso.example' },
  contentShare: '\\\\files.contoso.example\\eucora',
  contentFolder: '/mnt/eucora',
  distributionPointGroups: ['All sites'],
};

describe('the configuration of SCCM', () => {
  it('knows what nobody says', () => {
    expect(givenConfig(GOOD)).to.include({ concurrency: 4, pageSize: 1_000, consistencyMs: 10_000 });
    expect(givenConfig(GOOD).authoring).to.include({ executable: 'pwsh', configuration: 'EucoraAuthoring' });
  });

  it('names all its mistakes at once, each with its path', () => {
    const issues = issuesOf({
      ...GOOD,
      siteCode: 'ABCD',
      negotiate: { kind: 'kerberos', principal: 'nobody', keytab: 'BQIAAAA' },
      authoring: { kind: 'ssh', computer: '-oProxyCommand=x', user: 'hub' },
      contentShare: 'files/eucora',
      contentFolder: 'eucora',
      concurency: 3,
    });
    for (const path of [
      'siteCode',
      'negotiate.principal',
      'negotiate.keytab',
      'authoring.computer',
      'contentShare',
      'contentFolder',
      'concurency',
    ]) {
      expect(
        issues.some((issue) => issue.startsWith(`${path}: `)),
        `${path} in ${issues.join('; ')}`,
      ).to.equal(true);
    }
  });

  it('knows three ways to author and two to sign in, and no others', () => {
    const ways = [
      { kind: 'https', url: 'https://authoring.contoso.example/v1', token: 'env:TOKEN' },
      { kind: 'powershell', computer: 'smsprovider' },
      { kind: 'ssh', computer: 'smsprovider', user: 'CONTOSO\\eucora' },
    ];
    for (const authoring of ways) expect(issuesOf({ ...GOOD, authoring }), authoring.kind).to.deep.equal([]);
    expect(issuesOf({ ...GOOD, authoring: { kind: 'carrier pigeon' } })[0]).to.match(/^authoring\.kind: /);
    expect(issuesOf({ ...GOOD, negotiate: { kind: 'token', token: 'env:PROOF' } })).to.deep.equal([]);
    expect(issuesOf({ ...GOOD, negotiate: { kind: 'ntlm' } })[0]).to.match(/^negotiate\.kind: /);
    expect(issuesOf({ ...GOOD, negotiate: undefined })[0]).to.match(/^negotiate: /);
    expect(issuesOf({ ...GOOD, authoring: 'powershell' })[0]).to.match(/^authoring/);
  });

  it('takes the AdminService of a provider, not a management point, and no plain http but on this machine', () => {
    expect(issuesOf({ ...GOOD, adminServiceUrl: 'https://mp.contoso.example/SMS_MP' })).to.deep.equal([
      'adminServiceUrl: must end in /AdminService',
    ]);
    expect(issuesOf({ ...GOOD, adminServiceUrl: 'http://smsprovider.contoso.example/AdminService' })).to.deep.equal([
      'adminServiceUrl: must be https (plain http on this machine only)',
    ]);
    expect(issuesOf({ ...GOOD, adminServiceUrl: 'http://127.0.0.1:4711/AdminService' })).to.deep.equal([]);
  });

  it('wants somewhere to send content to', () => {
    expect(issuesOf({ ...GOOD, distributionPointGroups: [] })).to.deep.equal([
      'distributionPointGroups: must name a group, unless distributionPoints names a point',
    ]);
    const points = { distributionPointGroups: [], distributionPoints: ['dp01.contoso.example'] };
    expect(issuesOf({ ...GOOD, ...points })).to.deep.equal([]);
  });

  it('says where the plugin goes: nowhere but to these hosts', () => {
    expect(hostsOf(givenConfig(GOOD))).to.deep.equal(['smsprovider.contoso.example']);
    const authoring = { kind: 'https', url: 'https://authoring.contoso.example:8443/v1', token: 'env:TOKEN' };
    expect(hostsOf(givenConfig({ ...GOOD, authoring }))).to.deep.equal([
      'smsprovider.contoso.example',
      'authoring.contoso.example:8443',
    ]);
  });

  it('lists what no other connector may use', () => {
    expect(exclusiveSecrets(givenConfig(GOOD))).to.deep.equal([
      'svc-eucora-sccm@CONTOSO.EXAMPLE',
      'file:/run/secrets/sccm.keytab',
    ]);
    const https = {
      ...GOOD,
      negotiate: { kind: 'token', token: 'env:PROOF' },
      authoring: { kind: 'https', url: 'https://authoring.contoso.example/v1', token: 'env:TOKEN' },
    };
    expect(exclusiveSecrets(givenConfig(https))).to.deep.equal(['env:PROOF', 'env:TOKEN']);
    const ssh = { kind: 'ssh', computer: 'smsprovider', user: 'eucora', identityFile: '/run/secrets/ssh' };
    expect(exclusiveSecrets(givenConfig({ ...https, authoring: ssh }))).to.deep.equal([
      'env:PROOF',
      '/run/secrets/ssh',
    ]);
    const { identityFile: _, ...agent } = ssh;
    expect(exclusiveSecrets(givenConfig({ ...https, authoring: agent }))).to.deep.equal(['env:PROOF']);
  });
});

describe('the plugin of SCCM', () => {
  it('is a plane for Windows, of the present ports', () => {
    expect(plugin).to.include({ kind: 'plane', name: 'sccm', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.deep.equal(['windows']);
    expect(plugin.hosts?.(givenConfig(GOOD))).to.include('smsprovider.contoso.example');
  });

  it('opens nothing when it is made', () => {
    const plane = plugin.create(givenConfig(GOOD), { id: 'sccm-emea' });
    expect([...plane.capabilities]).to.have.members(['inventory', 'push', 'compliance', 'rollback', 'telemetry']);
  });
});

function issuesOf(value: unknown): string[] {
  const { issues = [] } = sccmConfig['~standard'].validate(value);
  return issues.map(describeIssue);
}

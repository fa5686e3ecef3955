import { expect } from 'chai';
import { isEucoraError } from '@eucora/sdk';
import { labelOf, toInstallVars, toNames, toPattern, toSyncVars, toSystemPackage, toTargets } from '../src/mapping.js';
import { descriptionOf, groupNameOf, readRecord, withLaunch, writeRecord } from '../src/records.js';
import { toAssignmentRecord, toPackageRecord } from '../src/mapping.js';
import { toInventoryDevice } from '../src/inventory.js';
import { givenConfig, KIOSKS, LAB, newer, tool } from './given.js';

const SETTINGS = { url: 'https://awx.example.test', token: 'env:T', inventory: 2, installTemplate: 7 };
const AIM = { launch: '12/1/1', limit: LAB, asked: 5, scope: 5 };

describe('mapping', () => {
  it('takes name and version from the detection rule of the system package', () => {
    const rule = { kind: 'package' as const, name: 'jq' };
    expect(toSystemPackage({ ...tool('1.6'), detection: [rule] })).to.deep.equal({ name: 'jq', version: '1.6' });
    expect(toSystemPackage({ ...tool('1.6'), detection: [{ ...rule, version: '1:1.6-2.1+b1~x' }] }).version).to.equal(
      '1:1.6-2.1+b1~x',
    );
  });

  it('refuses what no Linux host could install, and says what to do', () => {
    const cases = {
      PLATFORM_MISMATCH: [{ ...tool('1'), platform: 'windows' as const }],
      INPUT_INVALID: [
        { ...tool('1'), detection: [{ kind: 'file' as const, path: '/opt', fileName: 'x' }] },
        { ...tool('1'), detection: [{ kind: 'package' as const, name: 'jq; rm -rf /' }] },
        { ...tool('1'), detection: [{ kind: 'package' as const, name: 'jq', version: "{{ lookup('pipe', 'id') }}" }] },
      ],
    };
    for (const [code, packages] of Object.entries(cases)) {
      for (const pkg of packages) expect(codeOf(() => toSystemPackage(pkg))).to.equal(code);
    }
  });

  it('refuses targets that would reach further than they say', () => {
    for (const name of ['all', 'ungrouped', 'tag_lab:all', '!tag_lab', '*', '~web', 'a,b', '', 'eucora_x']) {
      expect(
        codeOf(() => toTargets(newer({ scope: { include: [name] } }))),
        name,
      ).to.equal('INPUT_INVALID');
    }
    expect(codeOf(() => toTargets(newer({ scope: { include: [LAB], exclude: [LAB] } })))).to.equal('INPUT_INVALID');
  });

  it('gives the playbooks what they ask for, and the same for the same order', async () => {
    const order = newer();
    const config = await givenConfig({ ...SETTINGS, artifactUrl: 'https://a.example.test/{sha256}/{file_name}' });
    const vars = toInstallVars(order, config, AIM);
    expect(vars).to.deep.equal(toInstallVars(structuredClone(order), config, AIM));
    expect(vars).to.include({
      eucora_correlation_id: order.correlationId,
      eucora_action: 'install',
      eucora_package_name: 'example-tool',
      eucora_package_version: '2.0.0',
      eucora_limit: LAB,
      eucora_artifact_url: `https://a.example.test/${order.package.artifact.sha256}/example-tool.exe`,
      eucora_artifact_sha256: order.package.artifact.sha256,
    });
    expect(toInstallVars({ ...order, purpose: 'uninstall' }, config, AIM)).not.to.have.property('eucora_artifact_url');
    expect(toSyncVars(order, config, '1/1/1')).to.include({ eucora_launch: '1/1/1', eucora_package_version: '2.0.0' });
  });

  it('spells limits in the language of Ansible', () => {
    expect(toPattern(LAB, [KIOSKS])).to.equal('tag_lab:!tag_kiosk');
    expect(toNames(['a', 'b.example.test'])).to.equal('a,b.example.test');
    expect(toNames(['fe80::1'])).to.equal(undefined);
    expect(toNames(Array.from({ length: 501 }, (_, n) => `host-${n}`))).to.equal(undefined);
    expect(labelOf('c-1')).to.equal('eucora-c-1');
  });
});

describe('a record', () => {
  const order = newer({ purpose: 'required' });
  const include = toAssignmentRecord(order, { target: LAB, mode: 'include', purpose: 'required' });

  it('says again what was written', async () => {
    const pkg = toPackageRecord(order, await givenConfig(SETTINGS));
    for (const record of [pkg, include]) expect(readRecord(writeRecord(record))).to.deep.equal(record);
    expect(pkg).to.include({ source: 'distribution', ready: true });
  });

  it('is one for a group whatever the version, and one for a version and an exception', () => {
    const other = toAssignmentRecord(newer({ package: tool('1.0.0') }), {
      target: LAB,
      mode: 'include',
      purpose: 'uninstall',
    });
    expect(groupNameOf(other)).to.equal(groupNameOf(include));
    const except = (version: string) =>
      groupNameOf(
        toAssignmentRecord(newer({ package: tool(version) }), { target: LAB, mode: 'exclude', purpose: 'required' }),
      );
    expect(except('1.0.0')).not.to.equal(except('2.0.0'));
  });

  it('has a name that Ansible takes, and different ones for what looks alike', () => {
    const names = ['Éxample/Tool', 'example tool', 'example_tool', 'Example Tool'].map((name) =>
      groupNameOf({ ...include, name }),
    );
    for (const name of names) expect(name).to.match(/^[a-z_][a-z0-9_]*$/);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('is nothing where somebody else wrote, or wrote over it', () => {
    const texts = [
      '',
      '---\nx: 1',
      '{}',
      '[]',
      'null',
      '{"eucora_record":7}',
      '{"eucora_record":{"kind":"assignment"}}',
    ];
    for (const text of texts) expect(readRecord(text), text).to.equal(undefined);
    const record = (changed: object) => readRecord(JSON.stringify({ eucora_record: { ...include, ...changed } }));
    expect(record({ kind: 'wish' })).to.equal(undefined);
    expect(record({ generation: 'one' })).to.equal(undefined);
    expect(record({ launches: undefined })).to.equal(undefined);
    expect(record({ kind: 'package' })).to.equal(undefined);
  });

  it('tells a person what it is', () => {
    expect(descriptionOf(include)).to.match(
      /^\[eucora intent=intent-1 ring=lab correlation=.*\] Example Tool 2\.0\.0 on tag_lab/,
    );
  });

  it('remembers the latest twenty jobs', () => {
    const note = (job: number) => ({ generation: 1, attempt: job, job, asked: 1, scope: 1 });
    const many = Array.from({ length: 25 }, (_, n) => note(n + 1)).reduce(withLaunch, include);
    expect(many.launches.map(({ job }) => job)).to.deep.equal(Array.from({ length: 20 }, (_, n) => n + 6));
  });
});

describe('a host of the inventory', () => {
  const host = { id: 1, name: 'node-1', enabled: true };

  it('has the platform that its variables or its tags name', () => {
    const platform = (more: object) => toInventoryDevice({ ...host, ...more }).platform;
    expect(platform({ variables: '{"eucora_platform": "windows"}' })).to.equal('windows');
    expect(platform({ variables: '---\neucora_platform: macos' })).to.equal('macos');
    expect(
      platform({ summary_fields: { groups: { results: [{ name: 'tag_lab' }, { name: 'tag_linux' }] } } }),
    ).to.equal('linux');
    expect(platform({})).to.equal('unknown');
  });

  it('was last seen by its facts, or by its last job', () => {
    const seen = (more: object) => toInventoryDevice({ ...host, ...more }).lastSeen;
    expect(seen({ ansible_facts_modified: '2026-01-05T08:00:00.123456Z' })).to.equal('2026-01-05T08:00:00.123Z');
    expect(seen({ summary_fields: { last_job: { finished: '2026-01-04T08:00:00Z' } } })).to.equal(
      '2026-01-04T08:00:00.000Z',
    );
    expect(seen({})).to.equal(undefined);
  });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (cause) {
    return isEucoraError(cause) ? cause.code : String(cause);
  }
  return 'nothing was refused';
}

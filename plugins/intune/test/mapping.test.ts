import { expect } from 'chai';
import type { DetectionRule } from '@eucora/sdk';
import { givenOrder, givenPackage } from '@eucora/sdk/testing';
import {
  echo,
  toAssignment,
  toDeviceStatus,
  toHeldAssignment,
  toPlatform,
  toTargets,
  toWin32LobApp,
} from '../src/mapping.js';

describe('an order as a Win32 app', () => {
  it('is the same app for the same order', () => {
    expect(toWin32LobApp(givenOrder())).to.deep.equal(toWin32LobApp(structuredClone(givenOrder())));
  });

  it('carries name and version, commands, file and the marks', () => {
    const app = toWin32LobApp(givenOrder());
    expect(app).to.include({
      '@odata.type': '#microsoft.graph.win32LobApp',
      displayName: 'Example Tool 2.0.0',
      publisher: 'Example Org',
      fileName: 'example-tool.exe.intunewin',
      setupFilePath: 'example-tool.exe',
      installCommandLine: 'example-tool.exe /quiet',
      uninstallCommandLine: 'example-tool.exe /uninstall /quiet',
    });
    expect(app.notes.split('\n')).to.deep.equal([
      '[eucora intent=intent-1 ring=lab correlation=7c9e6679-7425-40de-944b-e07fc1f90ae7]',
      `[eucora package=Example Tool@2.0.0/windows sha256=${givenPackage().artifact.sha256}]`,
    ]);
  });

  it('takes a version for equal only, so that an older app never mistakes a newer installation for its own', () => {
    expect(ruleFor({ kind: 'file', path: 'C:\\Tool', fileName: 'tool.exe', version: '2.0' })).to.include({
      '@odata.type': '#microsoft.graph.win32LobAppFileSystemRule',
      ruleType: 'detection',
      operationType: 'version',
      operator: 'equal',
      comparisonValue: '2.0',
    });
    expect(ruleFor({ kind: 'msi', productCode: '{A}', version: '2.0' })).to.include({
      '@odata.type': '#microsoft.graph.win32LobAppProductCodeRule',
      productVersionOperator: 'equal',
      productVersion: '2.0',
    });
    expect(ruleFor({ kind: 'registry', keyPath: 'HKLM\\Tool', valueName: 'v', value: '2' })).to.include({
      '@odata.type': '#microsoft.graph.win32LobAppRegistryRule',
      valueName: 'v',
      operationType: 'string',
      operator: 'equal',
      comparisonValue: '2',
    });
  });

  it('asks for mere presence where the rule names no version', () => {
    expect(ruleFor({ kind: 'file', path: 'C:\\Tool', fileName: 'tool.exe' })).to.include({ operationType: 'exists' });
    expect(ruleFor({ kind: 'msi', productCode: '{A}' })).to.include({ productVersionOperator: 'notConfigured' });
    expect(ruleFor({ kind: 'registry', keyPath: 'HKLM\\Tool' })).to.include({ operationType: 'exists' });
  });

  it('refuses a rule that Windows has no answer to, and says which would do', () => {
    expect(() => ruleFor({ kind: 'package', name: 'tool' }))
      .to.throw(/Example Tool@2.0.0\/windows: Intune cannot detect the system package "tool"/)
      .with.property('code', 'INPUT_INVALID');
  });
});

describe('targets', () => {
  it("are the included and the excluded groups, with the order's purpose", () => {
    expect(toTargets(givenOrder({ scope: { include: ['a'], exclude: ['b'] }, purpose: 'available' }))).to.deep.equal([
      { group: 'a', mode: 'include', purpose: 'available' },
      { group: 'b', mode: 'exclude', purpose: 'available' },
    ]);
  });

  it('are each group once, and none both ways', () => {
    expect(toTargets(givenOrder({ scope: { include: ['a', 'a'] } }))).to.have.length(1);
    expect(() => toTargets(givenOrder({ scope: { include: ['a', 'b'], exclude: ['b'] } })))
      .to.throw(/same group: b/)
      .with.property('code', 'INPUT_INVALID');
  });

  it('become assignments; an exclusion takes no settings', () => {
    expect(toAssignment({ group: 'a', mode: 'include', purpose: 'required' })).to.deep.equal({
      '@odata.type': '#microsoft.graph.mobileAppAssignment',
      intent: 'required',
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'a' },
      settings: null,
    });
    expect(toAssignment({ group: 'b', mode: 'exclude', purpose: 'required' })).to.deep.equal({
      '@odata.type': '#microsoft.graph.mobileAppAssignment',
      intent: 'required',
      target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'b' },
    });
  });

  it('are read back, whoever made them and however the type is spelled', () => {
    const target = { '@odata.type': 'microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'b' };
    expect(toHeldAssignment('1', { id: 'x', intent: 'availableWithoutEnrollment', target })).to.deep.equal({
      version: '1',
      target: 'b',
      mode: 'exclude',
      purpose: 'available',
      ref: 'x',
    });
    const everybody = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
    expect(toHeldAssignment('1', { intent: 'required', target: everybody })).to.include({
      target: 'allDevicesAssignmentTarget',
      mode: 'include',
    });
  });

  it('of other people are sent back as they were, less what the service owns', () => {
    const settings = { '@odata.type': '#microsoft.graph.win32LobAppAssignmentSettings', notifications: 'hideAll' };
    const target = { '@odata.type': 'microsoft.graph.groupAssignmentTarget', groupId: 'a', filterOfTheirs: 'f' };
    expect(echo({ '@odata.type': 'whatever', id: 'gone', intent: 'available', target, settings })).to.deep.equal({
      '@odata.type': '#microsoft.graph.mobileAppAssignment',
      intent: 'available',
      target: { ...target, '@odata.type': '#microsoft.graph.groupAssignmentTarget' },
      settings,
    });
    const exclusion = { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'b' };
    expect(echo({ intent: 'required', target: exclusion, settings: null })).not.to.have.property('settings');
  });
});

describe('an install state', () => {
  const cases: [string | undefined, string | undefined, string][] = [
    ['1', 'Installed', 'installed'],
    ['2', 'Failed', 'failed'],
    ['5', 'Install Pending', 'pending'],
    ['0', 'Not installed', 'absent'],
    ['4', 'Uninstall failed', 'failed'],
    ['-1', 'Not applicable', 'not_applicable'],
    ['3', undefined, 'absent'],
    ['3', 'Not applicable', 'not_applicable'],
    ['1', undefined, 'installed'],
    ['pendingInstall', undefined, 'pending'],
    ['99', 'Unknown', 'unknown'],
    [undefined, undefined, 'unknown'],
  ];
  for (const [state, text, status] of cases) {
    it(`${state} (${text}) is ${status}`, () => expect(toDeviceStatus(state, text)).to.equal(status));
  }
});

describe('an operating system', () => {
  it('is named as the hub names it', () => {
    expect(['Windows', 'macOS', 'Linux (ubuntu)', 'ChromeOS', null].map(toPlatform)).to.deep.equal([
      'windows',
      'macos',
      'linux',
      'chromeos',
      'unknown',
    ]);
  });
});

const ruleFor = (rule: DetectionRule) =>
  toWin32LobApp(givenOrder({ package: givenPackage({ detection: [rule] }) })).rules[0];

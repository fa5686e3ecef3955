import {
  allow,
  canCountScope,
  canListAssignments,
  canPlan,
  canSyncInventory,
  DEFAULT_RINGS,
  definePlugin,
  deny,
  describeIssue,
  isResourceStore,
  markOf,
  markText,
  needsApproval,
  packageKey,
  PORT_VERSION,
  readMark,
  ringNumber,
  ringOf,
  RINGS,
  type Connector,
} from '@eucora/sdk';
import { givenOrder, givenPackage } from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('a mark', () => {
  it('is found again in the free text that it was left in', () => {
    const mark = markOf(givenOrder());
    const notes = `Ask Erika before removing.\n${markText(mark)}\nThanks`;
    expect(readMark(notes)).to.deep.equal(mark);
    expect(mark).to.deep.equal({
      intentId: 'intent-1',
      ring: 'lab',
      correlationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    });
  });

  it('is not seen where a person wrote something like it', () => {
    for (const text of [
      null,
      undefined,
      '',
      'eucora was here',
      '[eucora intent=a ring=moon correlation=b]',
      '[eucora intent= ring=lab correlation=b]',
    ]) {
      expect(readMark(text), `${text}`).to.equal(undefined);
    }
  });
});

describe('a package', () => {
  it('is known by name, version and platform', () => {
    expect(packageKey(givenPackage())).to.equal('Example Tool@2.0.0/windows');
  });
});

describe('a ring', () => {
  it('has a name and a number', () => {
    expect(RINGS.map(ringNumber)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(RINGS.map((ring) => DEFAULT_RINGS[ring].ring)).to.deep.equal(RINGS);
    expect([ringOf('canary'), ringOf('1'), ringOf(1)]).to.deep.equal(['canary', 'canary', 'canary']);
  });

  it('is not any other word or number', () => {
    for (const other of ['moon', '', '7', 7, -1, 1.5, '-1', 'constructor'])
      expect(ringOf(other), `${other}`).to.equal(undefined);
  });
});

describe('an ability', () => {
  const connector: Connector = {
    capabilities: new Set(),
    connect: async () => {},
    disconnect: async () => {},
    check: async () => ({ healthy: true, detail: 'fine', latencyMs: 0, checkedAt: '2026-01-01T00:00:00.000Z' }),
  };
  const verb = async () => {};
  const guards = {
    'making plans': [canPlan, { plan: verb, planRollback: verb }],
    'listing inventory': [canSyncInventory, { syncInventory: verb }],
    'listing assignments': [canListAssignments, { listAssignments: verb }],
    'counting a scope': [canCountScope, { countScope: verb }],
    'keeping records': [isResourceStore, { list: verb, get: verb, create: verb, update: verb, delete: verb }],
  } as const;

  for (const [ability, [guard, methods]] of Object.entries(guards)) {
    it(`of ${ability} is seen by its methods, all of them`, () => {
      expect(guard(connector)).to.equal(false);
      expect(guard({ ...connector, ...methods })).to.equal(true);
      const [first, ...others] = Object.keys(methods);
      expect(guard(Object.assign({ ...connector }, Object.fromEntries(others.map((name) => [name, verb]))))).to.equal(
        false,
      );
      expect(first).to.be.a('string');
    });
  }
});

describe('an answer of a gate', () => {
  it('carries its reasons', () => {
    expect(allow()).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(deny('frozen', 'late')).to.deep.equal({ decision: 'deny', reasons: ['frozen', 'late'] });
    expect(needsApproval('risky')).to.deep.equal({ decision: 'needs_approval', reasons: ['risky'] });
  });
});

describe('a plugin', () => {
  it('carries the version of the ports that it was made for', () => {
    const config = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } };
    const plugin = definePlugin({
      kind: 'gate',
      name: 'open-door',
      summary: 'Lets everything through.',
      config,
      create: () => ({ name: 'open-door', evaluate: async () => allow() }),
    });
    expect(plugin).to.include({ kind: 'gate', name: 'open-door', portVersion: PORT_VERSION });
  });

  it('has its configuration mistakes told with their path', () => {
    expect(describeIssue({ message: 'must be a list', path: ['rings', { key: 'lab' }, 0] })).to.equal(
      'rings.lab.0: must be a list',
    );
    expect(describeIssue({ message: 'is missing' })).to.equal('is missing');
  });
});

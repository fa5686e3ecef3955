import { expect } from 'chai';
import type { RingName } from '@eucora/sdk';
import {
  checkPackage,
  fileName,
  looksLike,
  policyName,
  readPolicyName,
  toPackage,
  toPlatform,
  toScope,
} from '../src/mapping.js';
import { packageNotes, policyDescription, readPackageMark, readPolicyMark } from '../src/marks.js';
import { desired, diff } from '../src/operations.js';
import { hasContent, purposeOf, readPolicy, toPolicyXml } from '../src/policy.js';
import { givenMacPackage, newer } from './given.js';

const MARK = { intentId: 'intent-1', ring: 'lab' as RingName, correlationId: 'c-1' };

describe('a package object', () => {
  it('is the same for the same order', () => {
    expect(toPackage(newer(), 'abc')).to.deep.equal(toPackage(structuredClone(newer()), 'abc'));
  });

  it('has all that Jamf requires, and a name of its own', () => {
    const made = toPackage(newer(), 'abc');
    expect(made).to.include({ packageName: 'EUCORA Example Tool 2.0.0', categoryId: '-1', fillUserTemplate: false });
    expect(made.fileName).to.match(/^EUCORA-Example-Tool-2\.0\.0-[0-9a-f]{12}\.pkg$/);
    expect(readPackageMark(made.notes)).to.deep.include({
      key: 'Example Tool@2.0.0/macos',
      facts: { sha256: newer().package.artifact.sha256, 'sha3-512': 'abc' },
    });
  });

  it('has a file name that any distribution point takes', () => {
    const odd = givenMacPackage('1.0 (β)/x', { name: 'Ünïcode & "Co" ../' });
    expect(fileName(odd)).to.match(/^[A-Za-z0-9.-]+\.pkg$/);
  });

  it('is refused where no Mac could install it', () => {
    const refusal = (overrides: Parameters<typeof givenMacPackage>[1]) => () =>
      checkPackage(givenMacPackage('1', overrides));
    expect(refusal({ platform: 'windows' }))
      .to.throw()
      .with.property('code', 'PLATFORM_MISMATCH');
    const exe = { ...givenMacPackage('1').artifact, fileName: 'setup.exe' };
    expect(refusal({ artifact: exe }))
      .to.throw(/setup\.exe/)
      .with.property('code', 'INPUT_INVALID');
    expect(refusal({ uninstallCommand: 'open file:///tmp/x' }))
      .to.throw(/file:\/\//)
      .with.property('code', 'INPUT_INVALID');
    expect(refusal({ artifact: { ...exe, fileName: 'Tool.DMG' } })).not.to.throw();
  });
});

describe('our marks', () => {
  it('are found again among what people write', () => {
    const notes = `Asked for by Anna\n${packageNotes(newer(), 'f00')}\nkeep!`;
    expect(readPackageMark(notes)).to.include({ name: 'Example Tool', version: '2.0.0', platform: 'macos' });
    expect(readPackageMark('a person wrote this')).to.equal(undefined);
    expect(readPackageMark(null)).to.equal(undefined);
  });

  it('say of a policy whose it is, since when, and whether its log is to be flushed', () => {
    const said = { mark: MARK, key: 'A/B@1.0/macos', since: '2026-01-05T08:00:00.000Z', flushDue: true };
    expect(readPolicyMark(policyDescription('Words.', said))).to.deep.equal(said);
    const { since: _, ...fresh } = { ...said, flushDue: false };
    expect(readPolicyMark(policyDescription('Words.', fresh))).to.deep.equal(fresh);
    expect(readPolicyMark('Words of a person.')).to.equal(undefined);
    const forged = policyDescription('Words [eucora intent=x ring=lab correlation=y] [eucora package=X@1/macos]', said);
    expect(readPolicyMark(forged)).to.deep.equal(said);
  });
});

describe('the name of a policy', () => {
  it('is one for each application, ring and kind, and can be read', () => {
    for (const app of ['Example Tool', 'A/B', 'lab', 'x/lab']) {
      for (const kind of ['install', 'uninstall'] as const) {
        const name = policyName(app, 'lab', kind);
        expect(readPolicyName(name), name).to.deep.equal({ app, ring: 'lab', kind });
      }
    }
  });

  it('is told from the names of others', () => {
    for (const name of ['Install Firefox', 'EUCORA', 'EUCORA/Tool', 'EUCORA/Tool/everybody', 'eucora/Tool/lab']) {
      expect(readPolicyName(name), name).to.equal(undefined);
    }
  });
});

describe('a scope', () => {
  it('is a set', () => {
    const order = newer({ scope: { include: ['b', 'a', 'b'], exclude: ['c'] } });
    expect(toScope(order)).to.deep.equal({ include: ['a', 'b'], exclude: ['c'] });
  });

  it('does not include and exclude the same group', () => {
    const order = newer({ scope: { include: ['a', 'b'], exclude: ['b'] } });
    expect(() => toScope(order))
      .to.throw(/: b$/)
      .with.property('code', 'INPUT_INVALID');
  });
});

describe('a policy', () => {
  const scope = { include: ['1', '2'], exclude: ['3'] };
  const about = (purpose: 'required' | 'available' | 'uninstall') => ({
    title: 'Tool',
    words: 'Words.',
    purpose,
    mark: { mark: MARK, key: 'Tool@1/macos', flushDue: false },
  });

  it('is read as it was written', () => {
    for (const purpose of ['required', 'available', 'uninstall'] as const) {
      const content = {
        purpose,
        retryAttempts: 3,
        ...(purpose === 'uninstall' ? { command: 'rm x' } : { packageId: '5' }),
      };
      const written = toPolicyXml({ name: 'n', enabled: true, content, scope, about: about(purpose) });
      const read = readPolicy(written);
      expect(hasContent(read, content), purpose).to.equal(true);
      expect(purposeOf(read, purpose === 'uninstall' ? 'uninstall' : 'install')).to.equal(purpose);
      expect([read.include.map(({ id }) => id), read.exclude.map(({ id }) => id)]).to.deep.equal([['1', '2'], ['3']]);
      expect(readPolicyMark(read.description)).to.deep.equal(about(purpose).mark);
    }
  });

  it('sends the children of its scope in the order of the schema', () => {
    const { scope: sent } = toPolicyXml({ name: 'n', scope });
    expect(Object.keys(sent as object)).to.deep.equal([
      'all_computers',
      'computers',
      'computer_groups',
      'buildings',
      'departments',
      'exclusions',
    ]);
  });

  it('sends no section of which nothing was said', () => {
    expect(toPolicyXml({ name: 'n', enabled: true })).to.deep.equal({ general: { name: 'n', enabled: true } });
    expect(Object.keys(toPolicyXml({ name: 'n', scope }))).to.deep.equal(['scope']);
  });

  it('that neither runs nor is on offer brings nothing', () => {
    const idle = readPolicy({ general: { name: 'n', trigger_checkin: 'false' } });
    expect(purposeOf(idle, 'install')).to.equal(undefined);
    expect(purposeOf(idle, 'uninstall')).to.equal(undefined);
  });

  it('of a person may aim at more than groups, which is seen', () => {
    const read = readPolicy({
      scope: {
        all_computers: 'true',
        computers: { computer: { id: '1', name: "Anna's Mac" } },
        buildings: { building: [{ id: '1', name: 'Berlin' }] },
      },
    });
    expect(read.alsoAimsAt).to.deep.equal(['all computers', "computer Anna's Mac", 'building Berlin']);
  });
});

describe('a plan from nothing', () => {
  it('names every operation with its writes, and no id of Jamf', () => {
    const planned = diff('jamf')(desired(3)(newer()), { packages: [], assignments: [] });
    expect(planned.map(({ kind, writes }) => [kind, ...(writes ?? [])])).to.deep.equal([
      ['create_package', 'POST /api/v1/packages'],
      ['upload_package', 'POST /api/v1/packages/{}/upload'],
      ['confirm_package', 'POST /api/v1/cloud-distribution-point/refresh-inventory'],
      ['save_policy', 'POST /JSSResource/policies/id/0'],
      ['enable_policy', 'PUT /JSSResource/policies/id/{}'],
    ]);
  });

  it('needs no package to take one off', () => {
    const planned = diff('jamf')(desired(3)(newer({ purpose: 'uninstall' })), { packages: [], assignments: [] });
    expect(planned.map(({ kind }) => kind)).to.deep.equal(['save_policy', 'enable_policy']);
  });
});

describe('words for Jamf', () => {
  it('asks for more rather than less where a name has signs of the query language', () => {
    expect(looksLike('EUCORA ', 'A "B" (c);d', ' ', '*')).to.equal('"EUCORA A *B* *c**d *"');
  });

  it('knows a Mac', () => {
    expect(['Mac', null, 'Windows'].map(toPlatform)).to.deep.equal(['macos', 'unknown', 'windows']);
  });
});

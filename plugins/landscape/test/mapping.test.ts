import { expect } from 'chai';
import { isEucoraError, markOf, type DetectionRule, type Order, type Package } from '@eucora/sdk';
import { givenPackage } from '@eucora/sdk/testing';
import { describeProfile, readPackageNote, says } from '../src/description.js';
import {
  allConstraints,
  constraintFor,
  debOf,
  profileName,
  readConstraints,
  readListed,
  refuseOtherPlatforms,
  tagsOf,
} from '../src/mapping.js';
import { assignmentsOf } from '../src/profiles.js';
import { givenLinuxPackage, newer } from './given.js';

describe('the Debian package of a package', () => {
  it('is what the detection rule of that kind says', () => {
    expect(debOf(givenLinuxPackage())).to.deep.equal({ name: 'example-tool', version: '2.0.0-1' });
  });

  it('is the name and version of the package itself where no rule says otherwise', () => {
    expect(
      debOf(detected([{ kind: 'file', path: '/usr/bin', fileName: 'jq' }], { name: 'jq', version: '1.7.1' })),
    ).to.deep.equal({
      name: 'jq',
      version: '1.7.1',
    });
    expect(debOf(detected([{ kind: 'package', name: 'g++' }], { version: '4:13.2.0-7ubuntu1' })).version).to.equal(
      '4:13.2.0-7ubuntu1',
    );
  });

  for (const [title, rule] of [
    ['a name that no Debian package has', { kind: 'package', name: 'Example Tool' }],
    ['a version with an underscore', { kind: 'package', name: 'jq', version: '1_7' }],
    ['a version that is an operator', { kind: 'package', name: 'jq', version: '= 1.7' }],
  ] as [string, DetectionRule][]) {
    it(`is refused with ${title}`, () => {
      expect(refusal(() => debOf(detected([rule])))).to.include({ code: 'INPUT_INVALID' });
    });
  }

  it('is refused for another platform, and where the artifact is no .deb', () => {
    expect(refusal(() => refuseOtherPlatforms(givenPackage()))).to.include({ code: 'PLATFORM_MISMATCH' });
    const pkg = givenLinuxPackage('2.0.0', { artifact: { ...givenLinuxPackage().artifact, fileName: 'tool.tar.gz' } });
    expect(refusal(() => refuseOtherPlatforms(pkg)).message).to.match(/tool\.tar\.gz is not named like one/);
  });
});

describe('the tags of an order', () => {
  it('come once each and in one order', () => {
    expect(tagsOf(newer({ scope: { include: ['b', 'a', 'b'] } }))).to.deep.equal(['a', 'b']);
  });

  const refusals: [string, Partial<Order>, RegExp][] = [
    ['exclusions', { scope: { include: ['a'], exclude: ['kiosks'] } }, /no exclusions: kiosks/],
    ['the purpose available', { purpose: 'available' }, /cannot offer a package to users/],
    [
      'a target that would widen the query',
      { scope: { include: ['lab OR tag:global'] } },
      /not a tag of Landscape: "lab OR tag:global"/,
    ],
    ['an empty tag', { scope: { include: [''] } }, /not a tag of Landscape: ""/],
  ];
  for (const [title, overrides, said] of refusals) {
    it(`cannot be made of ${title}`, () => {
      const error = refusal(() => tagsOf(newer(overrides)));
      expect(error).to.include({ code: 'INPUT_INVALID' });
      expect(error.message).to.match(said);
      expect(error.remedy).to.match(/\S/);
    });
  }
});

describe('a package profile', () => {
  it('has a name that is a slug already, so that title and name are the same', () => {
    expect(profileName('Example Tool', 'lab')).to.equal('eucora-example-tool-lab');
    expect(profileName('  G++ (GNU) ', 'canary')).to.equal('eucora-g-gnu-canary');
  });

  it('pins one version, or keeps every version off', () => {
    const deb = { name: 'example-tool', version: '2.0.0-1' };
    expect(constraintFor(deb, 'required')).to.equal('depends example-tool = 2.0.0-1');
    expect(constraintFor(deb, 'uninstall')).to.equal('conflicts example-tool');
  });

  it('is read alike from the legacy API and from v2', () => {
    const rows = [
      ['depends', 'mysql  =  5.1.0'],
      { constraint: 'conflicts', package: 'python-mysqldb', rule: '<', version: '1.2.2' },
      { constraint: 'conflicts', package: 'telnet', rule: '', version: '' },
    ] as const;
    expect(allConstraints({ name: 'p', constraints: rows })).to.deep.equal([
      'depends mysql = 5.1.0',
      'conflicts python-mysqldb < 1.2.2',
      'conflicts telnet',
    ]);
    expect(allConstraints({ name: 'p' })).to.deep.equal([]);
  });

  it('has a version only where it pins a single one', () => {
    expect(readConstraints(['depends a = 1'])).to.deep.equal({ purpose: 'required', version: '1' });
    expect(readConstraints(['conflicts a'])).to.deep.equal({ purpose: 'uninstall' });
    for (const open of [
      [],
      ['depends a'],
      ['depends a >= 1'],
      ['depends a = 1', 'depends b = 1'],
      ['conflicts a < 2'],
    ]) {
      expect(readConstraints(open), open.join()).to.deep.equal({ purpose: 'required' });
    }
  });

  it("tells the hub's version where its own is pinned, and otherwise what a person pinned", () => {
    const note = readPackageNote(describeProfile(markOf(newer()), newer().package))!;
    const versions = (...constraints: string[]) =>
      assignmentsOf({
        note,
        profile: { name: 'p', tags: ['a'], constraints: constraints.map((one) => ['depends', one]) },
      }).map(({ version }) => version);
    expect(versions('example-tool = 2.0.0-1')).to.deep.equal(['2.0.0']);
    expect(versions('example-tool = 1.9.0-1')).to.deep.equal(['1.9.0-1']);
    expect(versions('example-tool >= 1')).to.deep.equal(['unpinned']);
  });

  it('that somebody aimed at all computers has that as a target', () => {
    const note = readPackageNote(describeProfile(markOf(newer()), newer().package))!;
    const profile = { name: 'p', all_computers: true, constraints: [['conflicts', 'example-tool']] as const };
    expect(assignmentsOf({ note, profile })).to.deep.equal([
      { version: '2.0.0', target: '*', mode: 'include', purpose: 'uninstall', ref: 'p' },
    ]);
  });
});

describe('the description of a profile', () => {
  const order = newer();

  it('says whose the profile is and what its constraint stands for', () => {
    const text = describeProfile(markOf(order), order.package);
    expect(text.split('\n')).to.deep.equal([
      `[eucora intent=intent-1 ring=lab correlation=${order.correlationId}]`,
      '[eucora package=Example Tool@2.0.0/linux deb=example-tool_2.0.0-1]',
    ]);
    expect(says(`by hand\n${text}\nmore`, markOf(order), order.package)).to.equal(true);
  });

  it("is the same order's after a remediation, and another's with another intent, ring or package", () => {
    const text = describeProfile(markOf(order), order.package);
    expect(says(text, { ...markOf(order), correlationId: 'other' }, order.package)).to.equal(true);
    expect(says(text, { ...markOf(order), intentId: 'other' }, order.package)).to.equal(false);
    expect(says(text, { ...markOf(order), ring: 'canary' }, order.package)).to.equal(false);
    expect(says(text, markOf(order), givenLinuxPackage('1.0.0'))).to.equal(false);
    for (const nobody of [undefined, null, '', 'by hand'])
      expect(says(nobody, markOf(order), order.package)).to.equal(false);
  });
});

describe('an entry of a local repository', () => {
  it('has name, version and architecture', () => {
    expect(readListed('example-tool_1:2.0.0-1~rc1_amd64')).to.deep.equal({
      name: 'example-tool',
      version: '1:2.0.0-1~rc1',
      architecture: 'amd64',
    });
  });

  it('is none of ours when it is a source, or something else', () => {
    for (const text of ['snap-http_1.4.0_source', 'nonsense', 'a_b_c_d', ''])
      expect(readListed(text)).to.equal(undefined);
  });
});

function detected(detection: readonly DetectionRule[], overrides: Partial<Package> = {}): Package {
  return givenLinuxPackage('2.0.0', { detection, ...overrides });
}

function refusal(work: () => unknown) {
  try {
    work();
  } catch (cause) {
    if (isEucoraError(cause)) return cause;
    throw cause;
  }
  throw new Error('this should have been refused');
}

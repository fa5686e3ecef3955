import { expect } from 'chai';
import { isEucoraError, readMark, type DetectionRule, type EucoraError } from '@eucora/sdk';
import { givenPackage } from '@eucora/sdk/testing';
import {
  displayNameOf,
  platformOf,
  pointOf,
  purposeOf,
  siteQuery,
  toApplication,
  toAssignment,
  toDeviceStatus,
  toTargets,
  versionOf,
} from '../src/mapping.js';
import { readPackageMark, readSiteMark, sameOrder, siteComment } from '../src/marks.js';
import { keyOf, oneOf, text } from '../src/odata.js';
import { LAB, newer, SHARE } from './given.js';

const CONFIG = { contentShare: `${SHARE}\\` };

describe('an application of SCCM', () => {
  it('is the package, under our name and with our marks', () => {
    const order = newer();
    const spec = toApplication(order, CONFIG);
    expect(spec).to.deep.include({
      display_name: 'EUCORA Example Tool 2.0.0',
      publisher: 'Example Org',
      software_version: '2.0.0',
      localized_name: 'Example Tool',
      localized_description: 'What the tests install.',
    });
    expect(spec.deployment_type).to.deep.include({
      content_location: `${SHARE}\\example-tool.exe.${order.package.artifact.sha256}`,
      install_command: 'example-tool.exe /quiet',
      uninstall_command: 'example-tool.exe /uninstall /quiet',
    });
    expect(readMark(spec.comment)).to.deep.equal({
      intentId: 'intent-1',
      ring: 'lab',
      correlationId: order.correlationId,
    });
    expect(readPackageMark(spec.comment)).to.include({
      key: 'Example Tool@2.0.0/windows',
      sha256: order.package.artifact.sha256,
    });
  });

  it('is the same for the same order', () => {
    expect(toApplication(newer(), CONFIG)).to.deep.equal(toApplication(structuredClone(newer()), CONFIG));
  });

  const rules: [string, DetectionRule, object][] = [
    [
      'a file of a version',
      { kind: 'file', path: 'C:\\Tool', fileName: 'tool.exe', version: '2.0' },
      { kind: 'file', path: 'C:\\Tool', file_name: 'tool.exe', version: '2.0' },
    ],
    [
      'a file that is there',
      { kind: 'file', path: 'C:\\Tool', fileName: 'tool.exe' },
      { kind: 'file', path: 'C:\\Tool', file_name: 'tool.exe' },
    ],
    [
      'a value of the registry',
      { kind: 'registry', keyPath: 'HKLM\\SOFTWARE\\Tool', valueName: 'Version', value: '2.0' },
      { kind: 'registry', key_path: 'HKLM\\SOFTWARE\\Tool', value_name: 'Version', value: '2.0' },
    ],
    [
      'a key of the registry',
      { kind: 'registry', keyPath: 'HKLM\\SOFTWARE\\Tool' },
      { kind: 'registry', key_path: 'HKLM\\SOFTWARE\\Tool' },
    ],
    [
      'a product of the Windows Installer',
      { kind: 'msi', productCode: '{23170F69-40C1-2702-0000-000001000000}', version: '2.0' },
      { kind: 'msi', product_code: '{23170F69-40C1-2702-0000-000001000000}', version: '2.0' },
    ],
    [
      'any version of a product',
      { kind: 'msi', productCode: '{23170F69-40C1-2702-0000-000001000000}' },
      { kind: 'msi', product_code: '{23170F69-40C1-2702-0000-000001000000}' },
    ],
  ];
  for (const [title, rule, detection] of rules) {
    it(`is detected by ${title}`, () => {
      const order = newer({ package: givenPackage({ detection: [rule] }) });
      expect(toApplication(order, CONFIG).deployment_type.detection).to.deep.equal([detection]);
    });
  }

  const refusals: [string, Parameters<typeof givenPackage>[0], string, RegExp][] = [
    ['a package of the wrong platform', { platform: 'macos' }, 'PLATFORM_MISMATCH', /macos/],
    ['a system package', { detection: [{ kind: 'package', name: 'esbuild' }] }, 'INPUT_INVALID', /esbuild/],
    [
      'a registry value without a name',
      { detection: [{ kind: 'registry', keyPath: 'HKLM\\X', value: '1' }] },
      'INPUT_INVALID',
      /HKLM/,
    ],
    ['a name that does not fit', { name: 'x'.repeat(250) }, 'INPUT_INVALID', /too long/],
    ...['../tool.exe', 'a\\b.exe', 'tool.exe.', 'nul', 'com1.exe', 'a:b', ''].map(
      (fileName): [string, Parameters<typeof givenPackage>[0], string, RegExp] => [
        `the file name "${fileName}"`,
        { artifact: { ...givenPackage().artifact, fileName } },
        'INPUT_INVALID',
        /no name/,
      ],
    ),
  ];
  for (const [title, overrides, code, says] of refusals) {
    it(`is refused for ${title}`, () => {
      const failure = thrownBy(() => toApplication(newer({ package: givenPackage(overrides) }), CONFIG));
      expect(failure.code).to.equal(code);
      expect(failure.message).to.match(says);
    });
  }
});

describe('the targets of an order', () => {
  it('are collections, each once, and those of a site within them', () => {
    const scope = { include: [LAB, `${LAB}@XYZ`, LAB] };
    expect(toTargets(newer({ scope }), { sites: ['XYZ'] })).to.deep.equal([
      { target: LAB, collection: LAB, purpose: 'required' },
      { target: `${LAB}@XYZ`, collection: LAB, site: 'XYZ', purpose: 'required' },
    ]);
  });

  it('cannot exclude, are collection ids, and name sites that are known', () => {
    const exclusion = thrownBy(() =>
      toTargets(newer({ scope: { include: [LAB], exclude: ['ABC00099'] } }), { sites: [] }),
    );
    expect(exclusion).to.include({ code: 'INPUT_INVALID' });
    expect(exclusion.message).to.contain('ABC00099');
    expect(exclusion.remedy).to.contain('exclude rule');
    for (const target of ['All Systems', 'ABC', `${LAB}@WXYZ`, `${LAB}' or 1 eq 1`, `${LAB}@QQQ`]) {
      const failure = thrownBy(() => toTargets(newer({ scope: { include: [target] } }), { sites: ['XYZ'] }));
      expect(failure.code, target).to.equal('INPUT_INVALID');
    }
  });
});

describe('a deployment', () => {
  const subject = { modelId: 1, ciId: 2, collection: LAB, uniqueId: '{A}', now: new Date('2026-01-05T08:00:00.123Z') };
  const purposes = [
    ['required', 1, 0],
    ['available', 1, 2],
    ['uninstall', 2, 0],
  ] as const;
  for (const [purpose, DesiredConfigType, OfferTypeID] of purposes) {
    it(`says ${purpose}, and is read back as ${purpose}`, () => {
      const target = { target: LAB, collection: LAB, purpose };
      const fields = toAssignment(newer({ purpose }), target, subject);
      expect(fields).to.include({ DesiredConfigType, OfferTypeID, AppModelID: 1, TargetCollectionID: LAB });
      expect(fields.AssignedCIs).to.deep.equal([2]);
      expect(fields.StartTime).to.equal('2026-01-05T08:00:00Z');
      expect(fields.EnforcementDeadline).to.equal(purpose === 'available' ? undefined : '2026-01-05T08:00:00Z');
      expect(readMark(String(fields.AssignmentDescription))?.intentId).to.equal('intent-1');
      expect(purposeOf({ DesiredConfigType, OfferTypeID })).to.equal(purpose);
    });
  }

  it('has a name of its own for each target and purpose', () => {
    const names = [LAB, 'ABC00015'].flatMap((target) =>
      purposes.map(
        ([purpose]) => toAssignment(newer(), { target, collection: target, purpose }, subject).AssignmentName,
      ),
    );
    expect(new Set(names).size).to.equal(names.length);
  });
});

describe('what the site says of a device', () => {
  it('is what the deployment wanted, or is not yet', () => {
    const said = [1, 2, 3, 4, 5, 9, null, undefined];
    expect(said.map((status) => toDeviceStatus(status, 'required'))).to.deep.equal([
      'installed',
      'pending',
      'not_applicable',
      'unknown',
      'failed',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(toDeviceStatus(1, 'uninstall')).to.equal('absent');
    expect(toDeviceStatus(5, 'uninstall')).to.equal('failed');
  });

  it('is read of its system as well', () => {
    const systems = ['Microsoft Windows NT Workstation 10.0 (Tablet Edition)', 'Linux', 'Mac OS X 14.2', null];
    expect(systems.map(platformOf)).to.deep.equal(['windows', 'linux', 'macos', 'unknown']);
    expect(systems.map(versionOf)).to.deep.equal(['10.0', undefined, '14.2', undefined]);
  });
});

describe('our words on SCCM', () => {
  it('find a distribution point in its path', () => {
    expect(pointOf('["Display=\\\\DP01.CONTOSO.COM\\"]MSWNET:["SMS_SITE=ABC"]\\\\DP01.CONTOSO.COM\\')).to.equal(
      'dp01.contoso.com',
    );
    expect(pointOf('nothing known')).to.equal('nothing known');
  });

  it('keep a package apart from one whose name is its beginning', () => {
    expect(displayNameOf({ name: 'Tool', version: '2' })).to.equal('EUCORA Tool 2');
    const comment = `[eucora package=a@b@1.0/windows sha256=${'0'.repeat(64)}]`;
    expect(readPackageMark(comment)).to.include({ name: 'a@b', version: '1.0' });
    expect(readPackageMark('made by hand')).to.equal(undefined);
    expect(readPackageMark(null)).to.equal(undefined);
  });

  it('know a collection of ours by its whole mark', () => {
    const comment = siteComment(newer(), { site: 'XYZ', of: LAB });
    expect(readSiteMark(comment)).to.deep.equal({ site: 'XYZ', of: LAB });
    expect(readSiteMark('[eucora site=XYZ of=ABC00014]'), 'without an order').to.equal(undefined);
    expect(siteQuery('XYZ')).to.contain('SMSAssignedSites = "XYZ"');
  });

  it('know the same order by intent and ring, whatever its correlation id', () => {
    const mark = { intentId: 'intent-1', ring: 'lab' as const, correlationId: 'another' };
    expect(sameOrder(mark, newer())).to.equal(true);
    expect(sameOrder({ ...mark, ring: 'canary' }, newer())).to.equal(false);
    expect(sameOrder(undefined, newer())).to.equal(false);
  });

  it('cannot be broken out of', () => {
    expect(text("O'Reilly")).to.equal("'O''Reilly'");
    expect(oneOf('A', [1])).to.equal('A eq 1');
    expect(oneOf('A', ["x'y", 'z'])).to.equal("(A eq 'x''y' or A eq 'z')");
    expect(keyOf("a/../b'")).to.equal("('a%2F..%2Fb''')");
  });
});

function thrownBy(call: () => unknown): EucoraError {
  try {
    call();
  } catch (cause) {
    if (isEucoraError(cause)) return cause;
    throw cause;
  }
  throw new Error('this should have failed');
}

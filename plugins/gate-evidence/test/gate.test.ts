import { describeIssue, type EvidenceItem, type GateFacts, type PolicyGate, type Waiver } from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin from '../src/index.js';

const SEED = 20_261_121;
const NOW = new Date('2026-11-21T12:00:00Z');
const KINDS = ['artifact', 'sbom', 'scan', 'signature', 'tests'];

describeGate('evidence', {
  start: async () => ({ gate: await givenGate() }),
  facts: {
    'a complete pack': facts(artifact(), sbom(), scan()),
    'nothing at all': facts(),
    'an old scan': facts(artifact(), sbom(), scan({ database_at: '2026-11-01T00:00:00Z' })),
    'a missing SBOM that is waived': waiving(facts(artifact(), scan()), 'sbom'),
    'evidence of another artifact': facts(artifact({ size: 1 }), sbom(), scan()),
  },
});

describe('evidence', () => {
  it('has nothing against a complete pack', async () => {
    expect(await answer(facts(artifact(), sbom(), scan()))).to.deep.equal({ decision: 'allow', reasons: [] });
  });

  it('says of everything that is missing why, in the words of who looked for it', async () => {
    const evidence = [
      absent('sbom', 'sbom.json: is not JSON'),
      absent('sbom', 'other.json: is about another artifact'),
      absent('scan', 'none came with the package'),
    ];
    expect(await answer(facts(...evidence))).to.deep.equal({
      decision: 'deny',
      reasons: [
        'artifact is missing: no evidence provider looked for it',
        'sbom is missing: evidence-sbom: sbom.json: is not JSON; evidence-sbom: other.json: is about another artifact',
        'scan is missing: evidence-scan: none came with the package',
      ],
    });
    expect((await answer(facts(artifact(), scan(), { kind: 'sbom', provider: 'x' }))).reasons).to.deep.equal([
      'sbom is missing: x: says nothing',
    ]);
  });

  it('is content with one good SBOM or scan beside a bad one', async () => {
    const both = facts(
      artifact(),
      sbom(),
      absent('sbom', 'old.json: is not JSON'),
      scan(),
      scan({ database_at: undefined }),
    );
    expect((await answer(both)).decision).to.equal('allow');
  });

  it('asks for what the operator wants, ring by ring', async () => {
    const settings = { required: ['artifact'], rings: { lab: [], global: [...KINDS, 'penetration-test'] } };
    const decided = async (ring: 'lab' | 'pilot' | 'global', ...items: readonly EvidenceItem[]) =>
      (await answer({ ...facts(...items), order: givenOrder({ ring }) }, settings)).decision;
    expect(await decided('lab')).to.equal('allow');
    expect(await decided('pilot')).to.equal('deny');
    expect(await decided('pilot', artifact())).to.equal('allow');
    const known = [artifact(), sbom(), scan(), signature(), tests()];
    expect(await decided('global', ...known)).to.equal('deny');
    expect(await decided('global', ...known, item('penetration-test', { passed: true }))).to.equal('allow');
  });

  it('wants a scan whose database was fresh, to the moment', async () => {
    const scanned = (database_at: string | undefined) => facts(artifact(), sbom(), scan({ database_at }));
    expect((await answer(scanned('2026-11-14T12:00:00Z'))).decision).to.equal('allow');
    expect((await answer(scanned('2026-11-14T11:59:59Z'))).reasons).to.deep.equal([
      'scan is missing: evidence-scan: the trivy report used a database of 2026-11-14T11:59:59Z, 7 days old: ' +
        'at most 7 are allowed, scan again',
    ]);
    expect((await answer(scanned('2026-11-14T11:59:59Z'), { maxDatabaseAgeDays: 30 })).decision).to.equal('allow');
  });

  it('takes an age that nobody knows for too old, and a clock that runs ahead for not knowing', async () => {
    for (const database_at of [undefined, 'yesterday', '2026-11-23T12:00:00Z']) {
      const unknown = facts(artifact(), sbom(), scan({ database_at }));
      expect((await answer(unknown)).reasons[0]).to.contain('does not say how old its database was');
      expect((await answer(unknown, { allowUnknownAge: true })).decision).to.equal('allow');
    }
    const ahead = facts(artifact(), sbom(), scan({ database_at: '2026-11-22T11:00:00Z' }));
    expect((await answer(ahead)).decision).to.equal('allow');
  });

  it('wants documents that name the artifact, where the operator does', async () => {
    const loose = facts(artifact(), sbom({ describes_artifact: false }), scan({ describes_artifact: false }));
    expect((await answer(loose)).decision).to.equal('allow');
    expect((await answer(loose, { bound: true })).reasons).to.deep.equal([
      'sbom is missing: evidence-sbom: does not name the digest of the artifact (bound is on)',
      'scan is missing: evidence-scan: the trivy report does not name the digest of the artifact (bound is on)',
    ]);
    expect((await answer(facts(artifact(), sbom(), scan()), { bound: true })).decision).to.equal('allow');
  });

  it('takes tests that failed, or that did not run, for no tests', async () => {
    const settings = { required: ['tests'] };
    const failures = ['a › 1', 'a › 2', 'b › 1', 'b › 2'];
    expect((await answer(facts(tests({ passed: 6, failed: 4, failures })), settings)).reasons).to.deep.equal([
      'tests is missing: evidence-tests: 4 of 10 tests failed: a › 1, a › 2, b › 1 and 1 more',
    ]);
    expect((await answer(facts(tests({ passed: 0, skipped: 10 })), settings)).reasons[0]).to.contain(
      'no test of 10 passed',
    );
    expect((await answer(facts(tests()), settings)).decision).to.equal('allow');
    const second = tests({ passed: 9, failed: 1, failures: ['a › 1'] });
    expect((await answer(facts(tests(), second), settings)).decision, 'one report of two').to.equal('deny');
  });

  it('refuses evidence of another artifact, whatever is waived', async () => {
    const other = waiving(facts(artifact({ sha256: '0'.repeat(64) }), sbom(), scan()), 'artifact');
    const { decision, reasons } = await answer(other);
    expect(decision).to.equal('deny');
    expect(reasons).to.have.lengthOf(1);
    expect(reasons[0]).to.match(/^the evidence is of another artifact: 0{64} of \d+ bytes was measured/);
    expect((await answer(facts(artifact({ size: 7 })), { required: [] })).decision).to.equal('deny');
  });

  it('lets a platform have the formats that the operator lists', async () => {
    const settings = { required: [], formats: { windows: ['msi', 'msix'], macos: ['pkg'] } };
    expect((await answer(facts(artifact({ format: 'msi' })), settings)).decision).to.equal('allow');
    expect((await answer(facts(artifact({ format: 'exe' })), settings)).reasons).to.deep.equal([
      'artifact is missing: evidence-artifact: its format is exe, and windows takes msi, msix',
    ]);
    expect((await answer(facts(), settings)).decision, 'a format that nobody measured').to.equal('deny');
    const linux = { ...facts(), order: givenOrder({ package: givenPackage({ platform: 'linux' }) }) };
    expect((await answer(linux, settings)).decision).to.equal('allow');
  });

  it('passes over a kind that is waived, and says which waiver it took', async () => {
    const without = facts(artifact(), scan());
    expect(await answer(waiving(without, 'sbom'))).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['W-sbom'],
    });
    expect(await answer(waiving(facts(artifact()), 'sbom'))).to.deep.equal({
      decision: 'deny',
      reasons: ['scan is missing: no evidence provider looked for it'],
    });
    expect(await answer(waiving(facts(artifact(), sbom(), scan()), 'sbom'))).to.deep.equal({
      decision: 'allow',
      reasons: [],
    });
  });

  it('complains of exactly the kinds that are asked for, not there and not waived', async () => {
    const some = fc.subarray(KINDS);
    const all: Record<string, EvidenceItem> = {
      artifact: artifact(),
      sbom: sbom(),
      scan: scan(),
      signature: signature(),
      tests: tests(),
    };
    await fc.assert(
      fc.asyncProperty(some, some, some, async (required, there, waived) => {
        const given = waiving(facts(...there.map((kind) => all[kind]!)), ...waived);
        const { decision, reasons } = await answer(given, { required });
        const open = required.filter((kind) => !there.includes(kind) && !waived.includes(kind));
        expect(decision).to.equal(open.length > 0 ? 'deny' : 'allow');
        expect(reasons.map((reason) => reason.split(' ')[0])).to.deep.equal(open);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(
      await complaints({
        required: ['sbom', 'sbom'],
        rings: { lab: 'none', moon: [] },
        maxDatabaseAgeDays: -1,
        allowUnknownAge: 'yes',
        bound: 1,
        formats: { windows: ['msi', 'com'], beos: ['pkg'], macos: [] },
        strict: true,
      }),
    ).to.have.members([
      'required: must be a list of kinds such as artifact, sbom, scan, signature, tests, each once',
      'rings.lab: must be a list of kinds such as artifact, sbom, scan, signature, tests, each once',
      'rings.moon: is not a setting of this plugin',
      'maxDatabaseAgeDays: must be a number of days from 0 to 3650',
      'allowUnknownAge: must be true or false',
      'bound: must be true or false',
      'formats.windows: must be a list, not empty, of formats: msi, exe, msix, pkg, dmg, deb, rpm, ipa, apk, zip, unknown',
      'formats.beos: is not a setting of this plugin',
      'formats.macos: must be a list, not empty, of formats: msi, exe, msix, pkg, dmg, deb, rpm, ipa, apk, zip, unknown',
      'strict: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ rings: [] })).to.deep.equal(['rings: must be an object of lists by ring']);
  });
});

function item(kind: string, found: Readonly<Record<string, unknown>>): EvidenceItem {
  return { kind, provider: `evidence-${kind}`, facts: found };
}

function absent(kind: string, why: string): EvidenceItem {
  return { kind, provider: `evidence-${kind}`, absent: why };
}

function artifact(overrides: object = {}): EvidenceItem {
  const { sha256, size, fileName } = givenPackage().artifact;
  return item('artifact', { sha256, size, file_name: fileName, format: 'exe', ...overrides });
}

function sbom(overrides: object = {}): EvidenceItem {
  return item('sbom', { format: 'cyclonedx', spec_version: '1.6', describes_artifact: true, ...overrides });
}

function scan(overrides: object = {}): EvidenceItem {
  const found = { scanner: 'trivy', findings: [], suppressed: [], describes_artifact: true };
  return item('scan', { ...found, database_at: '2026-11-20T06:00:00Z', ...overrides });
}

function signature(): EvidenceItem {
  return item('signature', { type: 'sigstore', verdict: 'verified' });
}

function tests(overrides: object = {}): EvidenceItem {
  return item('tests', { suites: 1, tests: 10, passed: 10, failed: 0, skipped: 0, failures: [], ...overrides });
}

function facts(...evidence: readonly EvidenceItem[]): GateFacts {
  return givenFacts({ evidence, now: NOW });
}

function waiving(given: GateFacts, ...subjects: readonly string[]): GateFacts {
  const waivers = subjects.map((subject): Waiver => ({
    id: `W-${subject}`,
    gate: 'evidence',
    subjects: [subject],
    package: 'Example Tool',
    reason: 'it comes next week',
    grantedBy: 'sam',
    grantedAt: '2026-11-01T00:00:00Z',
    expiresAt: '2026-12-01T00:00:00Z',
  }));
  return { ...given, waivers };
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'evidence' });
}

async function answer(given: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), given);
}

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}

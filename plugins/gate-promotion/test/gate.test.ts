import {
  DEFAULT_RINGS,
  describeIssue,
  RINGS,
  type Compliance,
  type GateFacts,
  type PolicyGate,
  type RingName,
  type RingOutcome,
} from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin from '../src/index.js';

const SEED = 20_261_121;
const INCIDENT = { id: 'SEC-7', what: 'it opens a port', reportedBy: 'sam', reportedAt: '2026-11-20T08:00:00Z' };

describeGate('promotion', {
  start: async () => ({ gate: await givenGate() }),
  facts: {
    'the first ring': into('lab'),
    'a ring that went well': into('pilot', {}),
    'a ring that missed its threshold': into('pilot', { compliance: devices({ installed: 96, failed: 4 }) }),
    'a ring that was never published': into('pilot', { status: undefined }),
    'a ring that nobody looked at': into('pilot', { compliance: undefined }),
    'a risky package on its way to everybody': {
      ...into('global', {}),
      risk: { score: 51, version: '1', factors: [] },
    },
  },
});

describe('promotion', () => {
  it('has nothing to say about the first ring of an intent', async () => {
    expect(await answer(into('lab'))).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(await decision(into('pilot'))).to.equal('allow');
  });

  it('lets an intent begin where the operator allows it, and nowhere else', async () => {
    expect(await answer(into('global'), { beginIn: ['lab', 'canary'] })).to.deep.equal({
      decision: 'deny',
      reasons: ['no ring comes before global in this intent, and an intent must begin in lab or canary'],
    });
    expect(await decision(into('lab'), { beginIn: ['lab', 'canary'] })).to.equal('allow');
    expect((await answer(into('lab'), { beginIn: [] })).reasons[0]).to.contain('no ring at all');
  });

  it('lets a package out of every ring that went well by the limits of the table', async () => {
    for (const ring of RINGS.slice(1)) {
      expect(await answer(into(ring, {})), ring).to.deep.equal({ decision: 'allow', reasons: [] });
    }
  });

  it('names the numbers when too few devices are known to be well', async () => {
    const compliance = devices({ installed: 96, unknown: 3, failed: 1 });
    expect(await answer(into('pilot', { compliance }))).to.deep.equal({
      decision: 'deny',
      reasons: ['canary: 96 of 100 devices (96 %) are known to be well, 98 % is asked; 3 unknown, 1 failed'],
    });
  });

  it('works the share out from the counts, whatever rate comes with them', async () => {
    const compliance = { ...devices({ installed: 90, pending: 10 }), successRate: 100 };
    expect((await answer(into('pilot', { compliance }))).reasons).to.deep.equal([
      'canary: 90 of 100 devices (90 %) are known to be well, 98 % is asked; 10 pending',
    ]);
  });

  it('counts against it the devices that no count speaks of, and those that were never targeted', async () => {
    const silent = { ...devices({ installed: 97 }), targeted: 100 };
    expect((await answer(into('pilot', { compliance: silent }))).reasons[0]).to.match(/97 of 100 .*; 3 unknown$/);
    const extra = { ...devices({ installed: 98, failed: 3 }), targeted: 100 };
    expect((await answer(into('pilot', { compliance: extra }))).reasons[0]).to.contain('98 of 101 devices (97.02 %)');
  });

  it('is satisfied with the threshold to the device, and with one device less it is not', async () => {
    const limits = { ...DEFAULT_RINGS.canary, successThreshold: 99.9 };
    const with999 = devices({ installed: 999, failed: 1 });
    const with998 = devices({ installed: 998, failed: 2 });
    expect(await decision(into('pilot', { config: limits, compliance: with999 }))).to.equal('allow');
    expect((await answer(into('pilot', { config: limits, compliance: with998 }))).reasons[0]).to.contain('(99.8 %)');
    const uneven = { ...DEFAULT_RINGS.canary, successThreshold: 16.1 };
    const with161 = devices({ installed: 161, failed: 839 });
    expect(await decision(into('pilot', { config: uneven, compliance: with161 }))).to.equal('allow');
  });

  it('goes by the limits that the intent set, but not below those of the operator', async () => {
    const lax = { ...DEFAULT_RINGS.canary, successThreshold: 10 };
    const before = { config: lax, compliance: devices({ installed: 50, failed: 50 }) };
    expect(await decision(into('pilot', before))).to.equal('allow');
    expect((await answer(into('pilot', before), { leastThreshold: { canary: 95 } })).reasons[0]).to.contain(
      '95 % is asked',
    );
  });

  it('wants the ring before to be settled, in time, and says all that is wrong at once', async () => {
    expect(
      await answer({
        ...into('department', {
          status: 'OBSERVING',
          compliance: devices({ installed: 10, pending: 90 }),
          hoursToCompliance: 48.001,
        }),
        incidents: [INCIDENT],
      }),
    ).to.deep.equal({
      decision: 'deny',
      reasons: [
        'pilot: is OBSERVING on example, and must be SETTLED first',
        'pilot: 10 of 100 devices (10 %) are known to be well, 97 % is asked; 90 pending',
        'pilot: it took 48.01 h to reach its threshold, 48 h are allowed',
        'pilot: incident SEC-7 is open (it opens a port, reported by sam) and must be closed first',
      ],
    });
  });

  it('takes nothing for granted that it is not told', async () => {
    expect((await answer(into('pilot', { status: undefined }))).reasons).to.deep.equal([
      'canary: was never published to example, and must be settled first',
    ]);
    expect((await answer(into('pilot', { compliance: undefined }))).reasons).to.deep.equal([
      'canary: nobody has looked at its devices yet',
    ]);
    expect((await answer(into('pilot', { hoursToCompliance: undefined }))).reasons).to.deep.equal([
      'canary: it is not known how long it took; it may take 24 h',
    ]);
    for (const nonsense of [NaN, -1, 1.5, Infinity]) {
      const compliance = { ...devices({ installed: 100 }), installed: nonsense };
      expect((await answer(into('pilot', { compliance }))).reasons[0]).to.contain('make no sense');
    }
    const limits = { ...DEFAULT_RINGS.canary, successThreshold: NaN, timeToComplianceHours: NaN };
    expect((await answer(into('pilot', { config: limits }))).reasons).to.have.lengthOf(2);
  });

  it('learns nothing from a ring without devices, unless the operator says that it may pass', async () => {
    const empty = into('pilot', { compliance: devices({}), hoursToCompliance: undefined });
    expect((await answer(empty)).reasons).to.deep.equal([
      'canary: it has no devices, so it proves nothing (allowEmptyRings is off)',
    ]);
    expect(await decision(empty, { allowEmptyRings: true })).to.equal('allow');
  });

  it('keeps a package with an open incident from leaving pilot and later rings', async () => {
    const decisions = RINGS.slice(1).map((ring) => decision({ ...into(ring, {}), incidents: [INCIDENT] }));
    expect(await Promise.all(decisions)).to.deep.equal(['allow', 'allow', 'deny', 'deny']);
    const everywhere = { incidentFreeRings: [...RINGS] };
    expect(await decision({ ...into('canary', {}), incidents: [INCIDENT] }, everywhere)).to.equal('deny');
  });

  it('asks for an approval beyond department when the risk is above 50', async () => {
    const risky = (ring: RingName, score: number) => ({
      ...into(ring, {}),
      risk: { score, version: '1', factors: [] },
    });
    expect(await answer(risky('global', 51))).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['the risk score is 51: beyond department, above 50, an approver must say yes'],
    });
    expect(await decision(risky('global', 50))).to.equal('allow');
    expect(await decision(risky('department', 99))).to.equal('allow');
    expect(await decision(risky('global', NaN))).to.equal('needs_approval');
  });

  it('never gets kinder when devices get worse', async () => {
    await fc.assert(
      fc.asyncProperty(
        counts(),
        fc.constantFrom('failed', 'pending', 'unknown'),
        fc.nat(50),
        async (before, state, more) => {
          const worse = { ...before, [state]: before[state as 'failed'] + more, targeted: before.targeted + more };
          const moved = { ...worse, installed: Math.max(0, before.installed - more), targeted: before.targeted };
          if ((await decision(into('pilot', { compliance: before }))) === 'allow') return;
          expect(await decision(into('pilot', { compliance: worse }))).to.equal('deny');
          expect(await decision(into('pilot', { compliance: moved }))).to.equal('deny');
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('never lets through less than the share that was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(counts(), fc.integer({ min: 0, max: 1_000 }), async (compliance, tenths) => {
        const limits = { ...DEFAULT_RINGS.canary, successThreshold: tenths / 10 };
        if ((await decision(into('pilot', { config: limits, compliance }))) !== 'allow') return;
        expect(compliance.installed * 1_000).to.be.at.least(tenths * compliance.targeted);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(
      await complaints({
        incidentFreeRings: 'pilot',
        beginIn: ['moon'],
        leastThreshold: { canary: 101, moon: 1 },
        allowEmptyRings: 'yes',
        soakHours: 24,
      }),
    ).to.have.members([
      'incidentFreeRings: must be a list of rings: lab, canary, pilot, department, global',
      'beginIn: must be a list of rings: lab, canary, pilot, department, global',
      'leastThreshold.canary: must be a number from 0 to 100',
      'leastThreshold.moon: is not a setting of this plugin',
      'allowEmptyRings: must be true or false',
      'soakHours: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ leastThreshold: [] })).to.have.lengthOf(1);
    expect(await complaints('pilot')).to.deep.equal(['must be an object']);
  });
});

function into(ring: RingName, before?: Partial<RingOutcome>): GateFacts {
  if (!before) return givenFacts({ order: givenOrder({ ring }) });
  const config = DEFAULT_RINGS[RINGS[RINGS.indexOf(ring) - 1]!];
  const well = { config, status: 'SETTLED', compliance: devices({ installed: 100 }), hoursToCompliance: 24 };
  return givenFacts({ order: givenOrder({ ring }), before: { ...well, ...before } });
}

function devices(count: Partial<Compliance>): Compliance {
  const { installed = 0, failed = 0, pending = 0, unknown = 0 } = count;
  const targeted = installed + failed + pending + unknown;
  return { targeted, installed, failed, pending, unknown, successRate: targeted && (installed / targeted) * 100 };
}

function counts() {
  const few = fc.nat(5);
  return fc
    .record({ installed: fc.nat(300), failed: few, pending: few, unknown: few })
    .filter(({ installed }) => installed > 0)
    .map(devices);
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'promotion' });
}

async function answer(facts: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), facts);
}

const decision = async (facts: GateFacts, settings: object = {}) => (await answer(facts, settings)).decision;

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}

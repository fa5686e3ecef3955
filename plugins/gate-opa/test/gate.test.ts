import { renameSync, writeFileSync } from 'node:fs';
import { describeGate, givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { answerOf, complaints, givenData, givenFile, givenGate, givenPolicy } from './given.js';
import {
  callingBuiltin,
  handMade,
  hungry,
  looking,
  looping,
  loopingOn,
  noPolicy,
  printing,
  saying,
  sayingLiterally,
  trapping,
  withTwoEntrypoints,
} from './policies.js';
import { op } from './wasm.js';

const LAB_ONLY = looking('input', '"ring":"lab"', true, ['only the lab may have it']);
const allowed = { decision: 'allow', reasons: [] };

describeGate('the OPA gate, with a module made by hand', {
  start: async () => ({ gate: await givenPolicy(LAB_ONLY) }),
  facts: {
    'a ring that the policy allows': givenFacts(),
    'a ring that it does not': givenFacts({ order: givenOrder({ ring: 'global' }) }),
  },
});

describe('the OPA gate (with modules made by hand; no policy compiled by OPA is run here)', () => {
  it('asks the policy, which sees the facts', async () => {
    const gate = await givenPolicy(LAB_ONLY);
    expect(await answerOf(gate)).to.deep.equal(allowed);
    expect(await answerOf(gate, givenFacts({ order: givenOrder({ ring: 'pilot' }) }))).to.deep.equal({
      decision: 'deny',
      reasons: ['only the lab may have it'],
    });
    expect(await answerOf(gate)).to.deep.equal(allowed);
  });

  it('gives the policy its data', async () => {
    const policy = looking('data', '"freeze":true', ['the estate is frozen'], true);
    expect((await answerOf(await givenPolicy(policy, givenData({ freeze: true })))).reasons).to.deep.equal([
      'the estate is frozen',
    ]);
    expect(await answerOf(await givenPolicy(policy, givenData({ freeze: false })))).to.deep.equal(allowed);
    expect(await answerOf(await givenPolicy(policy))).to.deep.equal(allowed);
  });

  it('asks at the entrypoint that is configured, and at no other', async () => {
    const policy = withTwoEntrypoints();
    expect(await answerOf(await givenPolicy(policy))).to.deep.equal(allowed);
    expect((await answerOf(await givenPolicy(policy, { entrypoint: 'other/decision' }))).decision).to.equal('deny');
    const { decision, reasons } = await answerOf(await givenPolicy(policy, { entrypoint: 'none/such' }));
    expect(decision).to.equal('deny');
    expect(reasons[0]).to.match(/^the policy none\/such has no such entrypoint/);
  });

  it('answers many at once, each with its own facts', async () => {
    const gate = await givenPolicy(LAB_ONLY);
    const rings = ['lab', 'global', 'lab', 'pilot', 'lab'] as const;
    const answers = await Promise.all(rings.map((ring) => answerOf(gate, givenFacts({ order: givenOrder({ ring }) }))));
    expect(answers.map(({ decision }) => decision)).to.deep.equal(['allow', 'deny', 'allow', 'deny', 'allow']);
  });

  it('is named as it is registered, so that several policies can stand side by side', async () => {
    expect((await givenPolicy(LAB_ONLY)).name).to.equal('opa');
  });

  describe('denies', () => {
    it('when the policy never ends, and answers the next question afresh', async () => {
      const gate = await givenPolicy(loopingOn('"ring":"global"'), { deadlineMs: 500 });
      expect(await answerOf(gate)).to.deep.equal(allowed);
      expect(await answerOf(gate, givenFacts({ order: givenOrder({ ring: 'global' }) }))).to.deep.equal({
        decision: 'deny',
        reasons: ['the policy eucora/decision did not answer within 500 ms'],
      });
      expect(await answerOf(gate)).to.deep.equal(allowed);
    });

    it('when the policy takes more memory than it may', async () => {
      const { decision, reasons } = await answerOf(await givenPolicy(hungry(), { memoryMb: 2 }));
      expect({ decision, reasons }).to.deep.equal({
        decision: 'deny',
        reasons: ['the policy eucora/decision failed: opa_malloc: failed'],
      });
    });

    it('when the facts alone need more memory than it may take', async () => {
      const evidence = [{ kind: 'scan', provider: 'scan', facts: { padding: 'x'.repeat(2 * 1024 * 1024) } }];
      const { decision, reasons } = await answerOf(
        await givenPolicy(LAB_ONLY, { memoryMb: 1 }),
        givenFacts({ evidence }),
      );
      expect(decision).to.equal('deny');
      expect(reasons[0]).to.match(/failed: RangeError/);
    });

    it('when the module declares more memory than it may take', async () => {
      const { decision } = await answerOf(
        await givenPolicy(handMade({ pages: 32, evaluate: () => [op.i32(0)] }), { memoryMb: 1 }),
      );
      expect(decision).to.equal('deny');
    });

    it('when the policy needs a built-in function that is not there, and names it', async () => {
      for (const name of ['http.send', 'time.now_ns', 'opa.runtime'])
        expect((await answerOf(await givenPolicy(callingBuiltin(name)))).reasons).to.deep.equal([
          `the policy eucora/decision calls the built-in function ${name}, which a policy cannot use here`,
        ]);
    });

    it('when the policy breaks off', async () => {
      const { decision, reasons } = await answerOf(await givenPolicy(trapping()));
      expect(decision).to.equal('deny');
      expect(reasons[0]).to.match(/failed: RuntimeError: unreachable/);
    });

    it('when the file is no policy', async () => {
      const modules = [
        noPolicy(),
        Buffer.from('not wasm'),
        Buffer.alloc(0),
        handMade({ abiVersion: 2, evaluate: () => [op.i32(0)] }),
      ];
      for (const wasm of modules) expect((await answerOf(await givenPolicy(wasm))).decision).to.equal('deny');
    });

    it('when the answer is no JSON, or endless', async () => {
      for (const results of ['', '{', 'x'.repeat(10)])
        expect((await answerOf(await givenPolicy(sayingLiterally(results)))).reasons[0]).to.match(
          /failed: SyntaxError/,
        );
      const endless = sayingLiterally(`["${'x'.repeat(1_000_001)}"]`);
      expect((await answerOf(await givenPolicy(endless))).reasons[0]).to.match(/longer than a million characters/);
    });
  });

  describe('holds the policy to the file that was registered', () => {
    it('and denies when another one lies in its place, until it is put right', async () => {
      const { path, sha256 } = givenFile(saying(true));
      writeFileSync(path, saying(['changed']));
      const gate = await givenGate({ policy: path, sha256 });
      const { decision, reasons } = await answerOf(gate);
      expect(decision).to.equal('deny');
      expect(reasons[0]).to.match(/is not the file that was registered: its SHA-256 is [0-9a-f]{64}$/);
      writeFileSync(path, saying(true));
      expect(await answerOf(gate)).to.deep.equal(allowed);
    });

    it('and goes on with what it has read, whatever becomes of the file', async () => {
      const { path, sha256 } = givenFile(saying(true));
      const gate = await givenGate({ policy: path, sha256 });
      expect(await answerOf(gate)).to.deep.equal(allowed);
      renameSync(path, `${path}.old`);
      expect(await answerOf(gate)).to.deep.equal(allowed);
    });

    it('and its data to theirs', async () => {
      const wasm = saying(true);
      const changed = { ...givenData({}), dataSha256: 'a'.repeat(64) };
      expect((await answerOf(await givenPolicy(wasm, changed))).reasons[0]).to.match(
        /is not the file that was registered/,
      );
      for (const content of ['[]', 'null', '{', ''])
        expect((await answerOf(await givenPolicy(wasm, givenData(content)))).reasons[0]).to.match(
          /is not a JSON object/,
        );
    });

    it('and denies when there is none, or one that is far too large', async () => {
      const missing = await answerOf(await givenGate({ policy: '/nowhere/policy.wasm', sha256: 'a'.repeat(64) }));
      expect(missing.reasons[0]).to.match(/\/nowhere\/policy.wasm cannot be read: ENOENT/);
      const { path, sha256 } = givenFile(Buffer.alloc(17 * 1024 * 1024));
      expect((await answerOf(await givenGate({ policy: path, sha256 }))).reasons[0]).to.match(/is larger than 16 MiB/);
    });
  });

  it('keeps what the policy prints to itself', async () => {
    expect(await answerOf(await givenPolicy(printing('the requester is paula')))).to.deep.equal(allowed);
  });

  it('stops when the hub stops waiting', async () => {
    const gate = await givenPolicy(looping(), { deadlineMs: 30_000 });
    const stop = new AbortController();
    const answer = gate.evaluate(testContext({ signal: stop.signal }), givenFacts()).catch((cause: unknown) => cause);
    stop.abort(new Error('no longer waited for'));
    expect(await answer)
      .to.be.an('error')
      .with.property('message', 'no longer waited for');
    expect(await gate.evaluate(testContext({ signal: stop.signal }), givenFacts()).catch(String)).to.match(/no longer/);
  });
});

describe('the configuration', () => {
  const right = { policy: 'policy.wasm', sha256: 'a'.repeat(64) };

  it('needs a policy and its digest', async () => {
    expect(await complaints(right)).to.deep.equal([]);
    expect((await complaints({})).map((complaint) => complaint.split(':')[0])).to.include.members(['policy', 'sha256']);
  });

  it('needs a digest for the data, and data for the digest', async () => {
    expect(await complaints({ ...right, data: 'data.json', dataSha256: 'b'.repeat(64) })).to.deep.equal([]);
    expect((await complaints({ ...right, data: 'data.json' }))[0]).to.match(/^dataSha256: must be the SHA-256/);
    expect((await complaints({ ...right, dataSha256: 'b'.repeat(64) }))[0]).to.match(/^data: /);
  });

  it('is refused with every mistake and its place', async () => {
    const wrong = {
      policy: '',
      sha256: 'A'.repeat(64),
      entrypoint: 7,
      deadlineMs: 0,
      memoryMb: 5_000,
      url: 'http://opa',
    };
    const places = (await complaints(wrong)).map((complaint) => complaint.split(':')[0]);
    expect([...new Set(places)].sort()).to.deep.equal([
      'deadlineMs',
      'entrypoint',
      'memoryMb',
      'policy',
      'sha256',
      'url',
    ]);
  });
});

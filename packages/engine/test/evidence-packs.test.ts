import { EucoraError, verifyPack, type EvidenceProvider } from '@eucora/sdk';
import { createHub, ephemeralSigner } from '@eucora/engine';
import { expect } from 'chai';
import { bytesOf, givenHub, givenIntent } from './a-hub.js';
import { codeOf } from './codes.js';

describe('an evidence pack', () => {
  it('is sealed before the first write, and holds what the decision rested on', async () => {
    const { hub, pack } = await givenPack();
    const { statement, complaints } = await verified(hub, pack);
    expect(complaints).to.deep.equal([]);
    const { predicate, subject } = statement!;
    expect(subject[0]!.name).to.equal('tool.exe');
    expect(predicate).to.deep.include({ correlation_id: 'one', requested_by: 'publisher', packaged_by: 'packager' });
    expect(predicate.evidence.content['items']).to.be.an('array').with.length(3);
    expect(predicate.plan.content).to.deep.include({ rollback: { automatic: true } });
    expect(predicate.plan.content['operations']).to.have.length(2);
    expect(predicate.risk['factors']).to.have.length(9);
    expect(predicate.verdicts).to.have.length(1);
    expect(predicate.blobs.map(({ file_name }) => file_name)).to.have.members(['tool.exe', 'scan.json']);

    const types = (await hub.events({ correlationId: 'one' })).map(({ type }) => type);
    expect(types.indexOf('PACK_SEALED')).to.be.greaterThan(0).and.lessThan(types.indexOf('OPERATION_STARTED'));
  });

  it('tells a changed byte, a missing file and a foreign signature', async () => {
    const { hub, pack } = await givenPack();
    const envelope = await bytesUnder(hub, pack);
    const { artifact } = await givenFiles(hub, pack);
    const check = (files: { envelope?: Uint8Array; gone?: string; changed?: string }, keys = hub.publicKeys) =>
      verifyPack(
        {
          envelope: files.envelope ?? envelope,
          async blob(sha256) {
            if (sha256 === files.gone) return undefined;
            return sha256 === files.changed ? one(bytesOf('something else')) : hub.artifact(sha256);
          },
        },
        keys,
      );
    expect((await check({ gone: artifact })).complaints).to.deep.equal([`tool.exe (${artifact}) is missing`]);
    expect((await check({ changed: artifact })).complaints).to.deep.equal([`tool.exe (${artifact}) was changed`]);
    expect((await check({}, [ephemeralSigner().publicKey])).complaints[0]).to.match(/not that of a trusted hub/);
    for (let at = 0; at < envelope.length; at += 11) {
      const flipped = Uint8Array.from(envelope);
      flipped[at]! ^= 1;
      const { complaints, statement } = await check({ envelope: flipped });
      expect(complaints, `byte ${at}`).to.have.length(1);
      expect(statement).to.equal(undefined);
    }
  });

  it('can be verified after the key has changed, by the key that was', async () => {
    const first = ephemeralSigner();
    const { pack, storage, clock } = await givenPack({ signer: first });
    const later = createHub({ planes: {}, storage, clock, earlierKeys: [first.publicKey] });
    expect((await verified(later, pack)).complaints).to.deep.equal([]);
    expect((await verified(createHub({ planes: {}, storage, clock }), pack)).complaints).to.have.length(1);
  });

  it('is shown by its digest, as is what was found out before it was sealed; nothing else is', async () => {
    const { hub, pack, evidence } = await givenPack();
    expect(await hub.evidence(pack)).to.have.property('payloadType', 'application/vnd.in-toto+json');
    expect(await hub.evidence(evidence)).to.have.property('schema', 'eucora.evidence/1');
    const { artifact } = await givenFiles(hub, pack);
    expect((await codeOf(hub.evidence(artifact))).code).to.equal('EVIDENCE_NOT_FOUND');
    expect((await codeOf(hub.evidence('0'.repeat(64)))).code).to.equal('EVIDENCE_NOT_FOUND');
  });

  it('is not sealed for a run that was refused', async () => {
    const { hub } = await givenHub({
      gates: [{ name: 'no', evaluate: async () => ({ decision: 'deny', reasons: ['no'] }) }],
    });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'no' }, 'publisher');
    await hub.settle();
    const [run] = (await hub.status('no')).runs;
    expect(run).to.have.property('evidence');
    expect(run).not.to.have.property('pack');
  });
});

describe('a provider that fails', () => {
  it('is asked again where the cause passes: a store that is away is no absence', async () => {
    let asked = 0;
    const away: EvidenceProvider = {
      name: 'scan',
      async collect() {
        if (asked++ === 0) throw new EucoraError('STORAGE_UNAVAILABLE', { what: 'the store is away' });
        return [{ kind: 'scan', provider: 'scan', facts: { findings: [] } }];
      },
    };
    expect(await scanIn(away)).to.deep.include({ facts: { findings: [] } });
    expect(asked).to.equal(2);
  });

  it('leaves an absence with its reason where it does not', async () => {
    const broken: EvidenceProvider = { name: 'scan', collect: () => Promise.reject(new Error('a mistake of ours')) };
    expect(await scanIn(broken)).to.deep.include({ absent: 'a mistake of ours' });
  });
});

/** What the pack of a publish says about the scan. */
async function scanIn(provider: EvidenceProvider): Promise<unknown> {
  const { hub, clock } = await givenHub({ evidence: [provider] });
  await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'one' }, 'publisher');
  await hub.settle();
  clock.advance(60_000);
  await hub.settle();
  const { statement } = await verified(hub, (await hub.status('one')).runs[0]!.pack!);
  const items = statement!.predicate.evidence.content['items'] as readonly { readonly kind: string }[];
  return items.find(({ kind }) => kind === 'scan');
}

const scan: EvidenceProvider = {
  name: 'scan',
  async collect(_ctx, { package: pkg }) {
    return (pkg.documents ?? []).map(({ sha256 }) => ({
      kind: 'scan',
      provider: 'scan',
      facts: { findings: [] },
      blob: sha256,
    }));
  },
};

async function givenPack(options = {}) {
  const given = await givenHub({ evidence: [scan], ...options });
  const { hub } = given;
  const intent = await givenIntent(hub, '1.0.0');
  const stored = await hub.addArtifact(one(bytesOf('{}')));
  await hub.attach('tool@1.0.0/windows', { ...stored, kind: 'scan', fileName: 'scan.json' }, 'packager');
  await hub.publish(intent, { correlationId: 'one' }, 'publisher');
  await hub.settle();
  const { pack, evidence } = (await hub.status('one')).runs[0]!;
  return { ...given, pack: pack!, evidence: evidence! };
}

type AHub = Awaited<ReturnType<typeof givenHub>>['hub'];

const verified = async (hub: AHub, pack: string) =>
  verifyPack({ envelope: await bytesUnder(hub, pack), blob: (sha256) => hub.artifact(sha256) }, hub.publicKeys);

const givenFiles = async (hub: AHub, pack: string) => ({
  artifact: (await hub.evidenceFiles(pack)).find(({ file_name }) => file_name === 'tool.exe')!.sha256,
});

async function bytesUnder(hub: AHub, digest: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await hub.artifact(digest)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

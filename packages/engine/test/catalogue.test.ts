import { expect } from 'chai';
import type { NewIntent } from '@eucora/engine';
import { bytesOf, givenHub, givenIntent, givenPackage } from './a-hub.js';
import { codeOf } from './codes.js';

describe('packages', () => {
  it('are recorded once, however often they are added', async () => {
    const { hub } = await givenHub();
    await givenPackage(hub, '1.0.0');
    await givenPackage(hub, '1.0.0');
    expect((await hub.packages()).items.map(({ version }) => version)).to.deep.equal(['1.0.0']);
    expect(await hub.events({ types: ['PACKAGE_ADDED'] })).to.have.length(1);
  });

  it('never change: the same version with other content is refused', async () => {
    const { hub } = await givenHub();
    await givenPackage(hub, '1.0.0');
    const error = await codeOf(givenPackage(hub, '1.0.0', { publisher: 'Somebody else' }));
    expect(error.code).to.equal('PACKAGE_EXISTS');
  });

  it('need their bytes first, and the right ones', async () => {
    const { hub } = await givenHub();
    const sha256 = 'a'.repeat(64);
    const missing = await codeOf(givenPackage(hub, '1.0.0', { artifact: { sha256, size: 1, fileName: 'tool.exe' } }));
    expect(missing.code).to.equal('ARTIFACT_NOT_FOUND');
    const bytes = bytesOf('tool 1.0.0');
    const refused = await codeOf(hub.addArtifact(stream(bytes), { sha256 }));
    expect(refused.code).to.equal('ARTIFACT_MISMATCH');
  });

  it('are told everything that is wrong with them at once', async () => {
    const { hub } = await givenHub();
    const error = await codeOf(givenPackage(hub, '1/0', { name: '', uninstallCommand: ' ', detection: [] }));
    expect(error.code).to.equal('INPUT_INVALID');
    expect(error.message).to.match(/name: .*version: .*uninstallCommand: .*detection: /);
  });
});

describe('intents', () => {
  it('fill in the limits of the rings, and keep their order', async () => {
    const { hub } = await givenHub();
    const scopes = { plane: { include: ['g'] } };
    const id = await givenIntent(hub, '1.0.0', {
      rings: [
        { ring: 'global', scopes },
        { ring: 'lab', scopes, sizeLimit: 3 },
      ],
    });
    const { rings, state } = await hub.intent(id);
    expect(rings.map(({ ring, sizeLimit }) => [ring, sizeLimit])).to.deep.equal([
      ['lab', 3],
      ['global', 100_000],
    ]);
    expect(state).to.equal('PENDING');
  });

  it('are the same intent under the same id, unless they say something else', async () => {
    const { hub } = await givenHub();
    await givenIntent(hub, '1.0.0', { id: 'mine' });
    await givenIntent(hub, '1.0.0', { id: 'mine' });
    expect((await hub.intents()).items).to.have.length(1);
    const error = await codeOf(givenIntent(hub, '1.0.0', { id: 'mine', criticality: 'critical' }));
    expect(error.code).to.equal('IDEMPOTENCY_CONFLICT');
  });

  it('are listed by how far they have come, page by page', async () => {
    const { hub } = await givenHub();
    const ids: string[] = [];
    for (const version of ['1', '2', '3']) ids.push(await givenIntent(hub, version));
    await hub.publish(ids[1]!, {}, 'publisher');
    expect((await hub.intents({ state: 'IN_PROGRESS' })).items.map(({ id }) => id)).to.deep.equal([ids[1]]);
    const first = await hub.intents({ limit: 2 });
    const second = await hub.intents({ limit: 2, after: first.next! });
    expect([...first.items, ...second.items].map(({ id }) => id)).to.have.members(ids);
  });

  for (const [wrong, more, code] of [
    ['a package that was never added', { packageKey: 'other@1/windows' }, 'PACKAGE_NOT_FOUND'],
    ['a plane that is not there', { planes: ['jamf'], rings: [ringFor('jamf')] }, 'PLANE_UNKNOWN'],
    ['no ring', { rings: [] }, 'INPUT_INVALID'],
    ['a ring twice', { rings: [ringFor('plane'), ringFor('plane')] }, 'INPUT_INVALID'],
    ['a ring that does not exist', { rings: [{ ...ringFor('plane'), ring: 'moon' as 'lab' }] }, 'INPUT_INVALID'],
    ['a scope for a plane that is not in it', { rings: [ringFor('other')] }, 'INPUT_INVALID'],
    ['an empty scope', { rings: [{ ring: 'lab', scopes: { plane: { include: [] } } }] }, 'INPUT_INVALID'],
    ['a threshold over 100', { rings: [{ ...ringFor('plane'), successThreshold: 101 }] }, 'INPUT_INVALID'],
    ['an id that is none', { id: '../etc' }, 'INPUT_INVALID'],
  ] satisfies [string, Partial<NewIntent>, string][]) {
    it(`refuse ${wrong}`, async () => {
      const { hub } = await givenHub();
      expect((await codeOf(givenIntent(hub, '1.0.0', more))).code).to.equal(code);
    });
  }

  it('refuse a plane that does not manage the platform', async () => {
    const { plane } = await givenHub();
    const directory = { get: () => ({ plane, platforms: ['macos' as const] }), ids: () => ['plane'] };
    const { hub } = await givenHub({ planes: directory });
    expect((await codeOf(givenIntent(hub, '1.0.0'))).code).to.equal('PLATFORM_MISMATCH');
  });
});

describe('evidence', () => {
  it('is sealed under its digest, and nothing else passes for it', async () => {
    const { hub } = await givenHub({
      evidence: [
        { name: 'scan', collect: async () => [{ kind: 'scan', provider: 'scan', facts: { critical: 0 } }] },
        { name: 'broken', collect: async () => Promise.reject(new Error('no scanner')) },
      ],
    });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'one' }, 'publisher');
    await hub.settle();
    const { evidence } = (await hub.status('one')).runs[0]!;
    const { items } = (await hub.evidence(evidence!)) as { items: { kind: string; absent?: string }[] };
    expect(items.map(({ kind, absent }) => (absent ? `${kind}: ${absent}` : kind))).to.deep.equal([
      'artifact',
      'sbom: none was added with the package',
      'scan',
      'broken: no scanner',
    ]);
    const { sha256 } = await hub.addArtifact(stream(bytesOf('something else')));
    expect((await codeOf(hub.evidence(sha256))).code).to.equal('EVIDENCE_NOT_FOUND');
    expect((await codeOf(hub.evidence('b'.repeat(64)))).code).to.equal('EVIDENCE_NOT_FOUND');
  });
});

describe('what is stored of an event', () => {
  it('has wire names, and leaves names alone that are data', async () => {
    const { hub, storage } = await givenHub();
    await givenIntent(hub, '1.0.0', { id: 'mine', rings: [ringFor('plane')] });
    const [stored] = await storage.events.readStream('intent:mine');
    expect(stored!.data).to.deep.include({ package_key: 'tool@1.0.0/windows', requested_by: 'publisher' });
    expect(stored!.data).to.have.nested.property('rings[0].scopes.plane.include[0]', 'g');
    expect((await hub.intent('mine')).packageKey).to.equal('tool@1.0.0/windows');
  });
});

function ringFor(plane: string): NewIntent['rings'][number] {
  return { ring: 'lab', scopes: { [plane]: { include: ['g'] } } };
}

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

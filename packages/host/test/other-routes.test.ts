import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { approval, DIGEST, drift, packageBody, pkg } from './canned.js';
import { failsWith, givenRoutes, givenStorage, leftovers } from './given.js';

describe('packages and artifacts over HTTP', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  const bytes = 'MZ, more or less';
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('takes a package in wire names and gives it back in them', async () => {
    const added: unknown[] = [];
    const { ask } = await givenRoutes(left, {
      addPackage: async (given) => {
        added.push(given);
        return given;
      },
      packages: async () => ({ items: [pkg] }),
    });

    const { status, body } = await ask('POST', '/api/packages/', packageBody);

    expect(added).to.deep.equal([pkg]);
    expect(status).to.equal(201);
    expect(body).to.deep.include({ ...packageBody, package_key: 'esbuild@0.25.1/windows', status_code: 201 });
    const list = await ask('GET', '/api/packages/?limit=5');
    expect(list.body).to.deep.equal({ items: [{ package_key: 'esbuild@0.25.1/windows', ...packageBody }] });
  });

  it('names each field of a package that is wrong', async () => {
    const { ask } = await givenRoutes(left);
    const wrong = {
      ...packageBody,
      name: 'a@b',
      platform: 'amiga',
      detection: [{ kind: 'guess' }, { kind: 'msi' }],
      artifact: { sha256: 'short', size: -1, file_name: '' },
    };

    const { body } = await ask('POST', '/api/packages/', wrong);

    expect(body.details.fields.map(({ path }: { path: string }) => path)).to.have.members([
      'name',
      'platform',
      'detection[0].kind',
      'detection[1].product_code',
      'artifact.sha256',
      'artifact.size',
      'artifact.file_name',
    ]);
  });

  it('says when a package exists with other content, or its artifact does not', async () => {
    const exists = await givenRoutes(left, { addPackage: failsWith('PACKAGE_EXISTS') });
    expect((await exists.ask('POST', '/api/packages/', packageBody)).body).to.include({
      status: 409,
      code: 'PACKAGE_EXISTS',
    });
    const missing = await givenRoutes(left);
    expect((await missing.ask('POST', '/api/packages/', packageBody)).body).to.include({
      status: 404,
      code: 'ARTIFACT_NOT_FOUND',
    });
  });

  it('streams an artifact in and out', async () => {
    const { ask } = await givenRoutes(left);

    const put = await ask('PUT', `/api/artifacts/${sha256}`, bytes, { 'content-type': 'application/octet-stream' });
    expect(put.body).to.include({ sha256, size: bytes.length, status_code: 201 });

    const got = await ask('GET', `/api/artifacts/${sha256}/`);
    expect(got.text).to.equal(bytes);
    expect(got.headers.get('content-type')).to.equal('application/octet-stream');
    expect(got.headers.get('content-length')).to.equal(String(bytes.length));
  });

  it('refuses bytes of another hash, a path that is no hash, and more than the limit', async () => {
    const { ask, url, token } = await givenRoutes(left);
    const put = async (digest: string, body: string) => (await ask('PUT', `/api/artifacts/${digest}/`, body)).body;

    expect(await put(DIGEST, bytes)).to.include({ status: 422, code: 'ARTIFACT_MISMATCH' });
    expect((await ask('GET', `/api/artifacts/${DIGEST}/`)).body).to.include({
      status: 404,
      code: 'ARTIFACT_NOT_FOUND',
    });
    expect(await put('ABC', bytes)).to.include({ status: 400, code: 'INPUT_INVALID' });
    expect(await put(DIGEST, 'x'.repeat(1_001))).to.deep.include({
      status: 413,
      code: 'BODY_TOO_LARGE',
      details: { limit: 1_000 },
    });
    const body = new Blob(['x'.repeat(600), 'x'.repeat(600)]).stream();
    const headers = { authorization: `Bearer ${token}` };
    const chunked = await fetch(new URL(`/api/artifacts/${DIGEST}/`, url), {
      method: 'PUT',
      headers,
      body,
      duplex: 'half',
    });
    expect(chunked.status).to.equal(413);
  });
});

describe('drift, approvals and the audit trail over HTTP', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('reconciles one intent or all', async () => {
    const { ask } = await givenRoutes(left, {
      reconcile: async ({ intentId }) => ({
        intents: intentId === 'i-1' ? 1 : 9,
        orders: 2,
        drift: [drift],
        unreachable: [{ plane: 'p', what: 'no answer' }],
      }),
      drift: async ({ status } = {}) => ({ items: status === 'DETECTED' ? [drift] : [] }),
    });

    expect((await ask('POST', '/api/reconcile/', {})).body.intents).to.equal(9);
    const one = await ask('POST', '/api/reconcile/', { intent_id: 'i-1' }, { 'x-correlation-id': 'c' });
    expect(one.body).to.deep.include({
      intents: 1,
      orders: 2,
      correlation_id: 'c',
      status_code: 200,
      unreachable: [{ plane: 'p', what: 'no answer' }],
    });
    expect(one.body.drift[0]).to.include({ package_key: 'esbuild@0.25.1/windows', detected_at: drift.detectedAt });
    expect((await ask('GET', '/api/drift/?status=DETECTED')).body.items[0].id).to.equal('d-1');
    expect((await ask('GET', '/api/drift/?status=GONE')).body.code).to.equal('INPUT_INVALID');
  });

  it('approves, rejects with a note, and refuses the requester', async () => {
    const { ask } = await givenRoutes(left, {
      approvals: async () => ({ items: [approval] }),
      approve: async (id, { note }, by) => ({
        ...approval,
        id,
        status: 'APPROVED',
        decidedBy: by,
        ...(note && { note }),
      }),
      reject: failsWith('SELF_APPROVAL'),
    });

    expect((await ask('GET', '/api/approvals/?status=WAITING')).body.items[0]).to.include({
      id: 'a-1',
      risk_score: 60,
    });
    expect((await ask('POST', '/api/approvals/a-1/approve/')).body).to.include({
      status: 'APPROVED',
      decided_by: 'local-admin',
      correlation_id: 'c-1',
      status_code: 200,
    });
    expect((await ask('POST', '/api/approvals/a-1/reject/', {})).body.details.fields).to.deep.equal([
      { path: 'note', message: 'is missing' },
    ]);
    expect((await ask('POST', '/api/approvals/a-1/reject/', { note: 'no' })).body).to.include({
      status: 403,
      code: 'SELF_APPROVAL',
    });
  });

  it('shows events with their data as it was stored', async () => {
    const { ask } = await givenEvents();

    const page = await ask('GET', '/api/events/?limit=2');
    expect(page.body.items.map(({ position }: { position: number }) => position)).to.deep.equal([1, 2]);
    expect(page.body.next).to.equal(2);
    expect(page.body.items[0]).to.deep.include({
      event_type: 'A',
      event_data: { keptAsItIs: 1 },
      correlation_id: 'c-1',
      actor: 'me',
      version: 1,
    });
    expect(page.body.items[0]).to.have.all.keys(
      'position',
      'stream',
      'version',
      'correlation_id',
      'event_type',
      'event_data',
      'actor',
      'created_at',
      'prev_hash',
      'hash',
    );

    const rest = await ask('GET', '/api/events/?after=2');
    expect(rest.body.items).to.have.length(1);
    expect(rest.body).to.not.have.property('next');
    expect((await ask('GET', '/api/events/?event_type=A,B&correlation_id=c-1')).body.items).to.have.length(1);
    expect((await ask('GET', '/api/events/?after=x')).body.code).to.equal('INPUT_INVALID');
  });

  it('verifies the chain and names the first event that does not fit', async () => {
    const { ask } = await givenEvents();
    const { body } = await ask('GET', '/api/events/verify/');
    expect(body).to.deep.include({ intact: true, events: 3 });

    const broken = await givenRoutes(left, {
      verify: async () => ({ events: 3, head: DIGEST, broken: { position: 2, reason: 'changed' } }),
    });
    expect((await broken.ask('GET', '/api/events/verify/')).body).to.deep.include({
      intact: false,
      broken: { position: 2, reason: 'changed' },
    });
  });

  it('shows an evidence pack as it was sealed', async () => {
    const { ask } = await givenRoutes(left, { evidence: async () => ({ madeAt: 'then', items: [] }) });

    expect((await ask('GET', `/api/evidence/${DIGEST}/`)).body).to.deep.equal({ madeAt: 'then', items: [] });
    expect((await ask('GET', '/api/evidence/nonsense/')).body).to.include({ status: 404, code: 'EVIDENCE_NOT_FOUND' });
  });

  async function givenEvents() {
    const storage = givenStorage();
    for (const [type, correlationId] of [
      ['A', 'c-1'],
      ['B', 'c-2'],
      ['C', 'c-1'],
    ] as const)
      await storage.events.append({
        writes: [
          { stream: type, expectedVersion: 0, events: [{ type, data: { keptAsItIs: 1 }, correlationId, actor: 'me' }] },
        ],
      });
    return givenRoutes(left, {}, storage);
  }
});

import type { Hub } from '@eucora/engine';
import { expect } from 'chai';
import { intent, intentBody, plan, rollout } from './canned.js';
import { failsWith, givenRoutes, keyed, leftovers } from './given.js';

const INTENT = '/api/deployments/intents/i-1';

describe('deployments over HTTP', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('takes an intent in wire names and gives it back in them', async () => {
    const asked: unknown[] = [];
    const { ask } = await given({
      createIntent: async (body, by) => {
        asked.push(body, by);
        return intent;
      },
    });

    const { status, headers, body } = await ask('POST', '/api/deployments/intents/', intentBody, {
      'x-correlation-id': 'c',
    });

    expect(asked).to.deep.equal([
      {
        id: 'i-1',
        packageKey: 'esbuild@0.25.1/windows',
        planes: ['myPlane'],
        rings: [
          { ring: 'lab', scopes: intentBody.rings[0]!.scopes, sizeLimit: 7 },
          { ring: 'canary', scopes: intentBody.rings[1]!.scopes },
        ],
        onFailure: 'rollback',
        remediateCompliance: true,
      },
      'local-admin',
    ]);
    expect(status).to.equal(201);
    expect(headers.get('location')).to.equal('/api/deployments/intents/i-1/');
    expect(body).to.deep.equal({
      correlation_id: 'c',
      id: 'i-1',
      package_key: 'esbuild@0.25.1/windows',
      planes: ['myPlane'],
      packages: { myPlane: 'esbuild@0.25.1/windows' },
      purpose: 'required',
      criticality: 'standard',
      rings: [
        {
          ring: 'canary',
          ring_number: 1,
          success_threshold: 98,
          time_to_compliance_hours: 24,
          size_limit: 100,
          scopes: { myPlane: { include: ['Group-A'] } },
        },
      ],
      on_failure: 'halt',
      remediate_compliance: false,
      requested_by: 'local-admin',
      created_at: '2026-01-02T03:04:05.678Z',
      status_code: 201,
    });
  });

  for (const [what, ring, code] of [
    ['ring 7', { ring: 7 }, 'RING_UNKNOWN'],
    ['ring "7"', { ring: '7' }, 'RING_UNKNOWN'],
    ['ring -1', { ring: -1 }, 'RING_UNKNOWN'],
    ['a ring by another name', { ring: 'laboratory' }, 'RING_UNKNOWN'],
    ['a ring number that is none', { ring_number: 9 }, 'RING_UNKNOWN'],
    ['no ring', {}, 'INPUT_INVALID'],
    ['two rings in one', { ring: 'lab', ring_number: 3 }, 'INPUT_INVALID'],
  ] as const) {
    it(`refuses an intent with ${what}`, async () => {
      const { ask } = await given();
      const rings = [{ ...ring, scopes: { p: { include: ['g'] } } }];

      const { body } = await ask('POST', '/api/deployments/intents/', { ...intentBody, rings });

      expect(body).to.include({ status: 400, code });
      expect(body.details.fields[0].path).to.match(/^rings\[0\]\.ring/);
    });
  }

  it('takes the ring by name, by number, or by both', async () => {
    const { ask } = await given({
      createIntent: async ({ rings }) => ({
        ...intent,
        rings: rings.map(({ ring }) => ({ ...intent.rings[0]!, ring })),
      }),
    });
    const scopes = { p: { include: ['g'] } };
    const rings = [
      { ring: 'lab', scopes },
      { ring_number: 1, scopes },
      { ring: 'pilot', ring_number: 2, scopes },
    ];

    const { body } = await ask('POST', '/api/deployments/intents/', { ...intentBody, rings });

    expect(body.rings.map(({ ring }: { ring: string }) => ring)).to.deep.equal(['lab', 'canary', 'pilot']);
  });

  it('lists intents in pages', async () => {
    const view = { ...intent, state: 'COMPLETED', rollouts: { lab: 'c-1' } } as const;
    const { ask } = await given({
      intents: async ({ after, limit, state } = {}) => ({
        items: after === 'a' && limit === 2 && state === 'COMPLETED' ? [view] : [],
        next: 'i-1',
      }),
      intent: async () => view,
    });

    const { body } = await ask('GET', '/api/deployments/intents/?after=a&limit=2&state=COMPLETED');
    expect(body.next).to.equal('i-1');
    expect(body.items[0]).to.deep.include({ id: 'i-1', state: 'COMPLETED', rollouts: { lab: 'c-1' } });
    expect((await ask('GET', INTENT)).body.rings[0].ring_number).to.equal(1);
    const wrong = await ask('GET', '/api/deployments/intents/?limit=0&stat=X&after=');
    expect(wrong.body.details.fields.map(({ path }: { path: string }) => path)).to.have.members([
      'limit',
      'stat',
      'after',
    ]);
  });

  it('accepts a publish and says where to follow it', async () => {
    const asked: unknown[] = [];
    const { ask } = await given({
      publish: async (id, request, by) => {
        asked.push(id, request, by);
        return rollout(request.correlationId!);
      },
    });

    const { status, headers, body } = await ask(
      'POST',
      `${INTENT}/publish/`,
      { correlation_id: 'c-1', ring: 0, planes: ['myPlane'] },
      keyed('c-1'),
    );

    expect(asked).to.deep.equal(['i-1', { correlationId: 'c-1', ring: 'lab', planes: ['myPlane'] }, 'local-admin']);
    expect(status).to.equal(202);
    expect(headers.get('location')).to.equal('/api/runs/c-1/');
    expect(headers.get('x-correlation-id')).to.equal('c-1');
    expect(body).to.include({ correlation_id: 'c-1', status_code: 202, intent_id: 'i-1', status: 'QUEUED' });
    expect(body.runs[0].order.package.artifact).to.deep.equal({
      sha256: 'ab'.repeat(32),
      size: 5,
      file_name: 'esbuild.exe',
    });
  });

  for (const [verb, body] of [
    ['publish', {}],
    ['promote', {}],
    ['rollback', { reason: 'it hurts' }],
  ] as const) {
    it(`wants the key of a ${verb} twice, and the same`, async () => {
      const { ask } = await given();

      const missing = await ask('POST', `${INTENT}/${verb}/`, { ...body, correlation_id: 'c-1' });
      expect(missing.body).to.include({ status: 400, code: 'IDEMPOTENCY_KEY_MISSING' });
      const other = await ask('POST', `${INTENT}/${verb}/`, { ...body, correlation_id: 'c-1' }, keyed('c-2'));
      expect(other.body).to.include({ status: 400, code: 'IDEMPOTENCY_KEY_MISMATCH' });
      const none = await ask('POST', `${INTENT}/${verb}/`, body, keyed('c-1'));
      expect(none.body.details.fields).to.deep.include({ path: 'correlation_id', message: 'is missing' });
      const unfit = await ask('POST', `${INTENT}/${verb}/`, { ...body, correlation_id: 'a b' }, keyed('a b'));
      expect(unfit.body.code).to.equal('INPUT_INVALID');
    });

    it(`answers a repeated ${verb} with its first outcome, and another body under its key with 422`, async () => {
      const { ask } = await given({
        [verb]: failsWith('DUPLICATE_REQUEST', { rollout: rollout('c-1'), note: 'kept' }),
      });

      const again = await ask('POST', `${INTENT}/${verb}`, { ...body, correlation_id: 'c-1' }, keyed('c-1'));
      expect(again.body).to.include({ status: 409, code: 'DUPLICATE_REQUEST' });
      expect(again.body.outcome).to.deep.include({ correlation_id: 'c-1', status: 'QUEUED', intent_id: 'i-1' });
      expect(again.body.details).to.deep.equal({ note: 'kept' });

      const { ask: askAnother } = await given({ [verb]: failsWith('IDEMPOTENCY_CONFLICT') });
      const conflict = await askAnother('POST', `${INTENT}/${verb}`, { ...body, correlation_id: 'c-1' }, keyed('c-1'));
      expect(conflict.body).to.include({ status: 422, code: 'IDEMPOTENCY_CONFLICT' });
    });
  }

  it('names the gates that a promotion does not meet', async () => {
    const gates = [{ gate: 'success ≥ 98 %', met: false }];
    const { ask } = await given({ promote: failsWith('RING_NOT_READY', { gates }) });

    const { body } = await ask('POST', `${INTENT}/promote/`, { correlation_id: 'c-1' }, keyed('c-1'));

    expect(body).to.deep.include({ status: 403, error_class: 'policy_violation', details: { gates } });
  });

  it('promotes, halts and rolls back', async () => {
    const { ask } = await given({
      promote: async (_id, { correlationId }) => rollout(correlationId!),
      halt: async (_id, { reason }) => [{ ...rollout('c-1'), status: 'HALTED', requestedBy: reason }],
      rollback: async (_id, { correlationId }) => ({
        ...rollout('c-1'),
        rollback: { ...rollout(correlationId), kind: 'rollback' },
      }),
    });

    const promoted = await ask('POST', `${INTENT}/promote/`, { correlation_id: 'c-2' }, keyed('c-2'));
    expect([promoted.status, promoted.body.correlation_id]).to.deep.equal([200, 'c-2']);
    const halted = await ask('POST', `${INTENT}/halt/`, { reason: 'stop' });
    expect([halted.status, halted.body.items[0].status, halted.body.items[0].requested_by]).to.deep.equal([
      200,
      'HALTED',
      'stop',
    ]);
    const back = await ask('POST', `${INTENT}/rollback/`, { correlation_id: 'c-1', reason: 'why' }, keyed('c-1'));
    expect([back.status, back.body.rollback.kind]).to.deep.equal([202, 'rollback']);
  });

  it('plans without a key, and keeps the words of the plane', async () => {
    const { ask } = await given({ plan: async (_id, { ring }) => ({ ...plan, ring: ring ?? 'lab' }) });

    const { body } = await ask('POST', `${INTENT}/plan/`, { ring: 'pilot' });

    expect(body).to.include({ intent_id: 'i-1', ring: 'pilot', decision: 'allow', status_code: 200 });
    expect(body.runs[0].operations[0].params).to.deep.equal({ displayName: 'x' });
  });

  it('shows how a rollout stands', async () => {
    const { ask } = await given({ status: async (id) => rollout(id) });

    const { headers, body } = await ask('GET', '/api/runs/c-1/');

    expect(headers.get('x-correlation-id')).to.equal('c-1');
    expect(body).to.include({ correlation_id: 'c-1', status_code: 200, status: 'QUEUED' });
  });

  for (const [code, status] of [
    ['INTENT_NOT_FOUND', 404],
    ['PLANE_UNKNOWN', 422],
    ['RING_NOT_IN_INTENT', 422],
    ['STORAGE_FULL', 503],
  ] as const) {
    it(`passes on that the hub said ${code}`, async () => {
      const { ask } = await given({ publish: failsWith(code) });

      const { body } = await ask('POST', `${INTENT}/publish/`, { correlation_id: 'c-1' }, keyed('c-1'));

      expect(body).to.include({ status, code, status_code: status, correlation_id: 'c-1' });
    });
  }

  const given = (hub: Partial<Hub> = {}) => givenRoutes(left, hub);
});

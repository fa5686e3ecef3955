import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem } from './small-host.js';

describe('eucora intents', () => {
  const { host, folder } = given();

  it('creates one from a YAML file, as it stands there', async () => {
    const { url, asked } = await host({ 'POST /api/deployments/intents/': () => ({ status: 201, body: intent() }) });
    const file =
      'package_key: esbuild@0.25.1/windows\nplanes: [intune]\nrings: [{ ring: lab, scopes: { intune: { include: [g1] } } }]';
    const cwd = await folder({ 'intent.yaml': file });

    const { code, out } = await eucora(['intents', 'create', 'intent.yaml'], { url, cwd });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({
      package_key: 'esbuild@0.25.1/windows',
      planes: ['intune'],
      rings: [{ ring: 'lab', scopes: { intune: { include: ['g1'] } } }],
    });
    expect(out).to.include('-> eucora publish web');
  });

  it('passes on every complaint of the host', async () => {
    const fields = [{ path: 'rings', message: 'must hold at least one' }];
    const { url } = await host({
      'POST /api/deployments/intents/': () => problem(400, 'INPUT_INVALID', { details: { fields } }),
    });
    const cwd = await folder({ 'intent.json': '{}' });

    const { code, err } = await eucora(['intents', 'create', 'intent.json'], { url, cwd });

    expect(code).to.equal(1);
    expect(err).to.include('INPUT_INVALID').and.to.include('rings: must hold at least one');
  });

  it('shows how far each ring has come', async () => {
    const { url } = await host({
      'GET /api/deployments/intents/web/': () => ({
        body: intent({ state: 'IN_PROGRESS', rollouts: { lab: 'change-1' } }),
      }),
    });

    const { out } = await eucora(['intents', 'show', 'web'], { url });

    expect(out).to.include('intent web: IN_PROGRESS');
    expect(out).to.match(/lab\s+100 % in 24 h\s+at most 10\s+intune: g1, not g2\s+change-1/);
  });

  it('lists them by state', async () => {
    const { url, asked } = await host({
      'GET /api/deployments/intents/': () => ({ body: { items: [intent({ state: 'PENDING' })] } }),
    });

    const { out } = await eucora(['intents', 'list', '--state', 'PENDING'], { url });

    expect(asked[0]!.query.get('state')).to.equal('PENDING');
    expect(out).to.match(/web\s+esbuild@0\.25\.1\/windows\s+intune\s+lab\s+PENDING/);
  });
});

describe('eucora plan', () => {
  const { host } = given();

  it('shows the operations first, then why they may be done', async () => {
    const { url, asked } = await host({ 'POST /api/deployments/intents/web/plan/': () => ({ body: plan('allow') }) });

    const { code, out } = await eucora(['plan', 'web', '--ring', 'lab'], { url });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({ ring: 'lab' });
    expect(out).to.include('plan of intent web to lab: the gates allow it');
    expect(out).to.match(/publish\s+create win32LobApp "esbuild" 0\.25\.1\s+intune:create_app:abc/);
    expect(out).to.include('risk 30 of 100').and.to.include('privileged +30: runs as administrator');
    expect(out).to.include('evidence sbom (sbom): absent, none was added');
    expect(out).to.match(/-> eucora publish web --ring lab\n$/);
  });

  it('exits 3 when a gate would refuse', async () => {
    const { url } = await host({ 'POST /api/deployments/intents/web/plan/': () => ({ body: plan('deny') }) });

    const { code, out } = await eucora(['plan', 'web'], { url });

    expect(code).to.equal(3);
    expect(out).to.include('gate freeze: deny; frozen until Monday').and.not.to.include('-> eucora publish');
  });

  it('says so when there is nothing to do, and when a plane cannot say', async () => {
    const quiet = plan('needs_approval', { operations: [] });
    const silent = plan('allow', { operations: undefined });
    const { url } = await host({
      'POST /api/deployments/intents/quiet/plan/': () => ({ body: quiet }),
      'POST /api/deployments/intents/silent/plan/': () => ({ body: silent }),
    });

    expect((await eucora(['plan', 'quiet'], { url })).out).to.include('intune: nothing to do, it is there already');
    expect((await eucora(['plan', 'silent'], { url })).out).to.include('cannot say beforehand');
  });
});

describe('eucora reconcile and drift', () => {
  const { host } = given();

  it('reports what was found and healed', async () => {
    const report = { intents: 1, orders: 2, drift: [drift()], unreachable: [] };
    const { url, asked } = await host({ 'POST /api/reconcile/': () => ({ body: report }) });

    const { code, out } = await eucora(['reconcile', '--intent', 'web'], { url });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({ intent_id: 'web' });
    expect(out).to.include('Looked at 1 intent, compared 2 orders: 1 drifted.');
    expect(out).to.match(/missing_assignment\s+high\s+intune\s+lab\s+web\s+REMEDIATED\s+1\s+no assignment to g1/);
  });

  it('exits 1 when a plane could not be asked', async () => {
    const report = { intents: 1, orders: 0, drift: [], unreachable: [{ plane: 'intune', what: 'no answer' }] };
    const { url } = await host({ 'POST /api/reconcile/': () => ({ body: report }) });

    const { code, out } = await eucora(['reconcile'], { url });

    expect(code).to.equal(1);
    expect(out)
      .to.include('no drift')
      .and.to.include('intune could not be asked: no answer\n-> eucora connectors test intune');
  });

  it('lists drift, with or without the word list', async () => {
    const { url, asked } = await host({ 'GET /api/drift/': () => ({ body: { items: [drift()] } }) });

    const short = await eucora(['drift'], { url });
    const long = await eucora(['drift', 'list', '--status', 'REMEDIATED'], { url });

    expect(short.out).to.equal(long.out).and.to.include('missing_assignment');
    expect(asked[1]!.query.get('status')).to.equal('REMEDIATED');
  });
});

describe('eucora approvals', () => {
  const { host } = given();

  it('lists what waits', async () => {
    const { url } = await host({ 'GET /api/approvals/': () => ({ body: { items: [approval('WAITING')] } }) });

    expect((await eucora(['approvals', 'list'], { url })).out).to.match(
      /a1\s+esbuild@0\.25\.1\/windows\s+intune\s+pilot\s+62/,
    );
  });

  it('approves and rejects with a note', async () => {
    const { url, asked } = await host({
      'POST /api/approvals/a1/approve/': () => ({ body: approval('APPROVED') }),
      'POST /api/approvals/a1/reject/': () => ({ body: approval('REJECTED') }),
    });

    const yes = await eucora(['approvals', 'approve', 'a1'], { url });
    const no = await eucora(['approvals', 'reject', 'a1', '--note', 'no rollback was tested'], { url });

    expect([yes.code, no.code]).to.deep.equal([0, 0]);
    expect(yes.out).to.include('APPROVED: esbuild@0.25.1/windows to pilot on intune\n-> eucora status change-1');
    expect(no.out).to.include('REJECTED');
    expect(asked.map(({ body }) => body)).to.deep.equal([{}, { note: 'no rollback was tested' }]);
  });

  it('exits 2 when the requester approves', async () => {
    const { url } = await host({ 'POST /api/approvals/a1/approve/': () => problem(403, 'SELF_APPROVAL') });

    expect((await eucora(['approvals', 'approve', 'a1'], { url })).code).to.equal(2);
  });
});

describe('eucora evidence show', () => {
  const { host, folder } = given();
  const pack = { kind: 'evidence-pack', items: [{ kind: 'sbom' }] };

  it('prints the pack, or writes it to a file', async () => {
    const { url } = await host({ 'GET /api/evidence/abc/': () => ({ body: pack }) });
    const cwd = await folder({});

    const printed = await eucora(['evidence', 'show', 'abc'], { url });
    const written = await eucora(['evidence', 'show', 'abc', '-o', 'pack.json'], { url, cwd });

    expect(JSON.parse(printed.out)).to.deep.equal(pack);
    expect(written.out).to.equal('Wrote abc to pack.json\n');
    expect(JSON.parse(await readFile(join(cwd, 'pack.json'), 'utf8'))).to.deep.equal(pack);
  });
});

const intent = (more: object = {}) => ({
  id: 'web',
  package_key: 'esbuild@0.25.1/windows',
  planes: ['intune'],
  purpose: 'required',
  criticality: 'standard',
  on_failure: 'halt',
  requested_by: 'ops',
  created_at: '2026-11-21T10:00:00.000Z',
  rings: [
    {
      ring: 'lab',
      success_threshold: 100,
      time_to_compliance_hours: 24,
      size_limit: 10,
      scopes: { intune: { include: ['g1'], exclude: ['g2'] } },
    },
  ],
  ...more,
});

const plan = (decision: string, run: object = {}) => ({
  intent_id: 'web',
  ring: 'lab',
  decision,
  runs: [
    {
      plane: 'intune',
      evidence: [
        { kind: 'sbom', provider: 'sbom', absent: 'none was added' },
        { kind: 'artifact', provider: 'artifact' },
      ],
      risk: {
        score: 30,
        factors: [
          { name: 'privileged', weight: 30, input: 1, contribution: 30, because: 'runs as administrator' },
          { name: 'size', weight: 10, input: 0, contribution: 0, because: 'small' },
        ],
      },
      verdicts: [{ gate: 'freeze', decision, reasons: decision === 'deny' ? ['frozen until Monday'] : [] }],
      operations: [{ phase: 'publish', key: 'intune:create_app:abc', summary: 'create win32LobApp "esbuild" 0.25.1' }],
      ...run,
    },
  ],
});

const drift = () => ({
  id: 'd1',
  type: 'missing_assignment',
  severity: 'high',
  intent_id: 'web',
  plane: 'intune',
  ring: 'lab',
  what: 'no assignment to g1',
  status: 'REMEDIATED',
  attempts: 1,
  detected_at: '2026-11-21T10:00:00.000Z',
});

const approval = (status: string) => ({
  id: 'a1',
  correlation_id: 'change-1',
  plane: 'intune',
  intent_id: 'web',
  ring: 'pilot',
  package_key: 'esbuild@0.25.1/windows',
  risk_score: 62,
  reasons: ['risk above 50'],
  needed: 1,
  given: [],
  evidence_digest: 'e'.repeat(64),
  plan_digest: 'b'.repeat(64),
  requested_by: 'ops',
  requested_at: '2026-11-21T10:00:00.000Z',
  expires_at: '2026-11-24T10:00:00.000Z',
  status,
});

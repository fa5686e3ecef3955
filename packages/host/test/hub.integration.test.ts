import { expect } from 'chai';
import { startHost } from '../src/start-host.js';
import { asking, givenConfig, givenFolder, keyed, leftovers, type Ask } from './given.js';
import { readFileSync } from 'node:fs';

const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const INTENT = '/api/deployments/intents/i-1';

describe('the host with the real engine, the embedded database and the sandbox plane', function () {
  this.timeout(120_000);
  const left = leftovers();
  afterEach(() => left.clear());

  it('publishes once, whatever is repeated, and takes it back', async () => {
    const { ask, settle } = await given();

    const planned = await ask('POST', `${INTENT}/plan/`, { ring: 'lab' });
    expect(planned.body).to.include({ status_code: 200, ring: 'lab', decision: 'allow' });
    expect(planned.body.runs[0].operations).to.not.be.empty;

    const body = { correlation_id: 'c-1', ring: 'lab' };
    const accepted = await ask('POST', `${INTENT}/publish/`, body, keyed('c-1'));
    expect(accepted.body).to.include({ status_code: 202, correlation_id: 'c-1' });
    const again = await ask('POST', `${INTENT}/publish/`, body, keyed('c-1'));
    expect(again.body).to.deep.include({ status: 409, code: 'DUPLICATE_REQUEST' });
    expect(again.body.outcome).to.include({ correlation_id: 'c-1', intent_id: 'i-1', ring: 'lab' });
    const other = await ask('POST', `${INTENT}/publish/`, { ...body, ring: 'canary' }, keyed('c-1'));
    expect(other.body).to.include({ status: 422, code: 'IDEMPOTENCY_CONFLICT' });

    await settle();
    const run = await ask('GET', '/api/runs/c-1/');
    expect(['OBSERVING', 'SETTLED']).to.include(run.body.status);
    expect(run.body.runs[0].operations).to.not.be.empty;
    expect(run.body.runs[0].evidence).to.match(/^[0-9a-f]{64}$/);
    expect((await ask('GET', `/api/evidence/${run.body.runs[0].evidence}/`)).status).to.equal(200);
    expect((await ask('GET', '/api/connectors/sandbox/status/c-1')).body.runs).to.have.length(1);
    expect((await ask('GET', '/api/connectors/other/status/c-1')).body.code).to.equal('CONNECTOR_NOT_FOUND');

    const back = await ask('POST', `${INTENT}/rollback/`, { correlation_id: 'c-1', reason: 'it hurts' }, keyed('c-1'));
    expect(back.body.status_code).to.equal(202);
    await settle();
    const undone = await ask('GET', '/api/runs/c-1/');
    expect(undone.body.rollback.status).to.equal('SETTLED');
    expect(undone.body.runs[0].status).to.equal('ROLLED_BACK');

    const { body: verified } = await ask('GET', '/api/events/verify/');
    expect(verified.intact).to.equal(true);
    expect(verified.events).to.be.greaterThan(5);
  });

  it('remediates once for a key', async () => {
    const { ask, settle } = await given();
    await ask(
      'POST',
      '/api/connectors/sandbox/publish',
      { correlation_id: 'c-1', deployment_intent_id: 'i-1', ring: 0 },
      keyed('c-1'),
    );
    await settle();
    const remediate = (correlationId: string, more: object = {}, key = correlationId) =>
      ask(
        'POST',
        '/api/connectors/sandbox/remediate',
        { correlation_id: correlationId, deployment_intent_id: 'i-1', ...more },
        keyed(key),
      );

    const first = await remediate('r-1');
    expect(first.body).to.include({ status_code: 200, correlation_id: 'r-1', intents: 1 });
    expect(first.headers.get('x-correlation-id')).to.equal('r-1');

    const second = await remediate('r-1');
    expect(second.body).to.include({ status: 409, code: 'DUPLICATE_REQUEST' });
    expect(second.body.outcome).to.include({ correlation_id: 'r-1', intents: 1 });
    expect((await ask('GET', '/api/connectors/sandbox/status/r-1')).body).to.include({
      correlation_id: 'r-1',
      intents: 1,
    });

    expect((await remediate('r-1', { ring: 'lab' })).body).to.include({ status: 422, code: 'IDEMPOTENCY_CONFLICT' });
    expect((await remediate('c-1')).body).to.include({ status: 422, code: 'IDEMPOTENCY_CONFLICT' });
    expect((await remediate('r-2', { ring: 7 })).body.code).to.equal('RING_UNKNOWN');
    expect((await remediate('r-2', { deployment_intent_id: 'nothing' })).body.code).to.equal('INTENT_NOT_FOUND');
    expect((await remediate('r-2', {}, 'r-3')).body.code).to.equal('IDEMPOTENCY_KEY_MISMATCH');
    expect((await ask('GET', '/api/connectors/sandbox/status/r-2')).body.code).to.equal('RUN_NOT_FOUND');
  });

  it('no longer knows a plane once its connector is disabled, and knows it again once it is enabled', async () => {
    const { ask } = await given();
    const publish = (correlationId: string) =>
      ask('POST', `${INTENT}/publish/`, { correlation_id: correlationId }, keyed(correlationId));

    await ask('POST', '/api/connectors/sandbox/disable/');
    expect((await publish('c-1')).body).to.include({ status: 422, code: 'PLANE_UNKNOWN' });
    await ask('POST', '/api/connectors/sandbox/enable/');
    expect((await publish('c-1')).body.status_code).to.equal(202);
  });

  it('refuses what was never added, and changes nothing', async () => {
    const { ask } = await given();
    const before = (await ask('GET', '/api/events/verify/')).body.events;
    const scopes = { sandbox: { include: ['lab'] } };
    const creating = async (more: object) =>
      (
        await ask('POST', '/api/deployments/intents/', {
          id: 'i-2',
          package_key: 'hello@1/windows',
          planes: ['sandbox'],
          rings: [{ ring: 'lab', scopes }],
          ...more,
        })
      ).body;

    expect(await creating({ package_key: 'nothing@1/windows' })).to.include({ code: 'PACKAGE_NOT_FOUND' });
    const nowhere = [{ ring: 'lab', scopes: { nowhere: scopes.sandbox } }];
    expect(await creating({ planes: ['nowhere'], rings: nowhere })).to.include({ code: 'PLANE_UNKNOWN', status: 422 });
    expect(
      (await ask('POST', `${INTENT}/publish/`, { correlation_id: 'c', ring: 'global' }, keyed('c'))).body.code,
    ).to.equal('RING_NOT_IN_INTENT');
    expect(
      (await ask('POST', '/api/deployments/intents/none/publish/', { correlation_id: 'c' }, keyed('c'))).body.code,
    ).to.equal('INTENT_NOT_FOUND');
    expect((await ask('GET', '/api/runs/c/')).body.code).to.equal('RUN_NOT_FOUND');
    expect((await ask('GET', '/api/runs/%zz/')).status).to.be.within(400, 499);
    expect((await ask('GET', '/api/runs/%00/')).status).to.be.within(400, 499);
    expect((await ask('GET', '/api/events/verify/')).body.events).to.equal(before);
  });

  /** A package, an intent for lab and canary, the sandbox enabled. Work is done when the test says so. */
  async function given() {
    const config = givenConfig(givenFolder(left));
    const host = await startHost({ config });
    left.keep(() => host.close());
    const ask = asking(host.url, readFileSync(host.tokenFile, 'utf8').trim());
    await prepared(ask);
    return { ask, settle: () => host.hub.settle() };
  }
});

async function prepared(ask: Ask): Promise<void> {
  const scopes = { sandbox: { include: ['lab'] } };
  const steps = [
    await ask('POST', '/api/connectors/', {
      connector_id: 'sandbox',
      module: '@eucora/plugin-sandbox',
      enabled: true,
      config: { checkInSeconds: 1 },
    }),
    await ask('PUT', `/api/artifacts/${SHA256}/`, 'hello'),
    await ask('POST', '/api/packages/', {
      name: 'hello',
      version: '1',
      platform: 'windows',
      publisher: 'p',
      artifact: { sha256: SHA256, size: 5, file_name: 'hello.exe' },
      install_command: 'hello.exe /S',
      uninstall_command: 'hello.exe /U',
      detection: [{ kind: 'file', path: 'C:\\hello', file_name: 'hello.exe' }],
    }),
    await ask('POST', '/api/deployments/intents/', {
      id: 'i-1',
      package_key: 'hello@1/windows',
      planes: ['sandbox'],
      rings: [
        { ring: 'lab', scopes },
        { ring: 'canary', scopes },
      ],
    }),
  ];
  for (const { status, text } of steps) expect(status, text).to.equal(201);
}

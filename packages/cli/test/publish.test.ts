import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { INTENT, RUN, WHY, accepted, givenRollout, next, rollout } from './given-rollouts.js';
import { problem, startSmallHost } from './small-host.js';

describe('eucora publish', () => {
  const { host } = given();

  it('asks once, under a key of its own, and says how to follow', async () => {
    const { url, asked } = await host({ [`POST ${INTENT}/publish/`]: accepted });

    const { code, out } = await eucora(['publish', 'web', '--ring', '0'], { url });

    const { body, headers } = asked[0]!;
    expect(code).to.equal(0);
    expect(body['ring']).to.equal('lab');
    expect(body['correlation_id']).to.match(/^[0-9a-f-]{36}$/);
    expect(headers['idempotency-key']).to.equal(body['correlation_id']);
    expect(out).to.include(`publish ${String(body['correlation_id'])} of intent web to lab: QUEUED`);
    expect(out).to.include(`-> eucora status ${String(body['correlation_id'])} --watch`);
  });

  it('passes on the key and the planes that it was given', async () => {
    const { url, asked } = await host({ [`POST ${INTENT}/publish/`]: accepted });

    await eucora(['publish', '--plane', 'intune', '--plane', 'jamf', 'web', '--correlation-id', 'change-1'], { url });

    expect(asked[0]!.body).to.deep.equal({ correlation_id: 'change-1', planes: ['intune', 'jamf'] });
  });

  it('shows what came of it when it was done already, and that is no error', async () => {
    const outcome = rollout('SETTLED');
    const { url } = await host({ [`POST ${INTENT}/publish/`]: () => problem(409, 'DUPLICATE_REQUEST', { outcome }) });
    const args = ['publish', 'web', '--correlation-id', 'change-1'];

    const people = await eucora(args, { url });
    const programs = await eucora([...args, '--json'], { url });

    expect([people.code, programs.code]).to.deep.equal([0, 0]);
    expect(people.out).to.match(/^Already done: .*\npublish change-1 of intent web to lab: SETTLED/);
    expect(programs.json()).to.deep.equal(outcome);
  });

  it('is refused for another body under the same key', async () => {
    const { url } = await host({ [`POST ${INTENT}/publish/`]: () => problem(422, 'IDEMPOTENCY_CONFLICT') });

    const { code, err } = await eucora(['publish', 'web', '--correlation-id', 'change-1'], { url });

    expect(code).to.equal(1);
    expect(err).to.include('IDEMPOTENCY_CONFLICT: ');
  });

  it('names the key when the answer is lost, so that asking again is asking once', async () => {
    const { url } = await host({
      [`POST ${INTENT}/publish/`]: (_asked, response) => {
        response.destroy();
        return {};
      },
    });

    const { code, err } = await eucora(['publish', 'web', '--correlation-id', 'change-1', '--json'], { url });

    expect(code).to.equal(1);
    expect(JSON.parse(err)).to.include({ code: 'HOST_UNREACHABLE', correlation_id: 'change-1' });
    expect(err).to.include('repeat with --correlation-id change-1');
  });

  it('refuses a ring that there is not, before it asks anybody', async () => {
    const { url, asked } = await host({});

    const { code, err } = await eucora(['publish', 'web', '--ring', '7'], { url });

    expect(code).to.equal(1);
    expect(err).to.equal(
      'RING_UNKNOWN: there is no ring 7\n-> Use lab, canary, pilot, department or global (0 to 4).\n',
    );
    expect(asked).to.be.empty;
  });

  for (const code of ['GATE_DENIED', 'RING_NOT_READY', 'APPROVAL_REJECTED', 'SCOPE_TOO_LARGE']) {
    it(`exits 3 for ${code}`, async () => {
      const { url } = await host({ [`POST ${INTENT}/publish/`]: () => problem(403, code) });

      expect((await eucora(['publish', 'web'], { url })).code).to.equal(3);
    });
  }

  describe('--wait', () => {
    const publishAndWait = ['publish', 'web', '--correlation-id', 'change-1', '--wait'];

    it('follows the devices until it has settled', async () => {
      const { url } = await host(givenRollout(['QUEUED', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'OBSERVING', 'SETTLED']));

      const { code, out, err } = await eucora(publishAndWait, { url });

      expect(code).to.equal(0);
      expect(err.split('\n')).to.deep.equal([
        'publish to lab: queued',
        'publish to lab: in progress',
        'publish to lab: awaiting approval (eucora approvals list)',
        'publish to lab: observing: intune 4 of 8 devices',
        '',
      ]);
      expect(out).to.match(/^publish change-1 of intent web to lab: SETTLED/);
      expect(out).to.match(/intune\s+SETTLED\s+-\s+8 of 8 \(100 %\)\s+1\s+-/);
    });

    it('shows a person how many devices have it', async () => {
      const { url } = await host(givenRollout(['OBSERVING', 'OBSERVING', 'SETTLED']));

      const { err } = await eucora(publishAndWait, {
        url,
        tty: true,
        onSleep: () => import('ora').then(() => undefined),
      });

      expect(err).to.include('publish to lab: observing: intune 4 of 8 devices');
    });

    it('gives programs the end, and nothing before it', async () => {
      const { url } = await host(givenRollout(['QUEUED', 'OBSERVING', 'SETTLED']));

      const heard = await eucora([...publishAndWait, '--json'], { url });

      expect(heard.json()).to.include({ correlation_id: 'change-1', status: 'SETTLED' });
      expect(heard.err).to.equal('');
    });

    for (const [end, code] of [
      ['FAILED', 1],
      ['HALTED', 1],
      ['ROLLED_BACK', 1],
      ['REFUSED', 3],
    ] as const) {
      it(`exits ${code} when it ends ${end}, and says why`, async () => {
        const { url } = await host(givenRollout(['IN_PROGRESS', end]));

        const heard = await eucora(publishAndWait, { url });

        expect(heard.code).to.equal(code);
        expect(heard.out).to.include(`to lab: ${end}`).and.to.include(WHY[end]);
      });
    }

    it('waits for the last plane, whatever became of the others', async () => {
      const bothAs = (jamf: string) => {
        const failed = rollout('FAILED');
        return { ...failed, runs: [...failed.runs, { ...rollout(jamf).runs[0], plane: 'jamf' }] };
      };
      const { url } = await host({
        [`POST ${INTENT}/publish/`]: () => ({ status: 202, body: bothAs('IN_PROGRESS') }),
        [`GET ${RUN}`]: next(['IN_PROGRESS', 'OBSERVING', 'SETTLED'].map(bothAs)),
      });

      const { code, out } = await eucora(publishAndWait, { url });

      expect(code).to.equal(1);
      expect(out).to.match(/jamf\s+SETTLED/);
    });

    it('outlives a restart of the host', async () => {
      const first = await startSmallHost(givenRollout(['OBSERVING', 'OBSERVING']));
      const { url } = first;
      let waits = 0;
      const restart = async () => {
        waits += 1;
        if (waits === 1) await first.close();
        if (waits === 4) await host(givenRollout(['SETTLED', 'SETTLED']), Number(new URL(url).port));
      };

      const { code, err } = await eucora(publishAndWait, { url, onSleep: restart });

      expect(code).to.equal(0);
      expect(err).to.include(`${url} does not answer; still waiting`);
    });

    it('gives up on a host that stays away', async () => {
      const gone = await startSmallHost(givenRollout(['OBSERVING']));

      const { code, err } = await eucora(publishAndWait, {
        url: gone.url,
        onSleep: () => gone.close().catch(() => undefined),
      });

      expect(code).to.equal(1);
      expect(err).to.include('HOST_UNREACHABLE: ');
    });

    it('stops waiting on Ctrl-C, and says that the work goes on', async () => {
      const { url } = await host(givenRollout(['OBSERVING', 'OBSERVING', 'SETTLED']));

      const { code, out, err } = await eucora(publishAndWait, { url, onSleep: (interrupt) => interrupt() });

      expect(code).to.equal(130);
      expect(out).to.equal('');
      expect(err).to.match(/Stopped waiting; the publish goes on\.\n-> eucora status change-1 --watch\n$/);
    });
  });
});

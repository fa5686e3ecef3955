import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Context } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { openAwx, type Awx } from '../src/awx.js';
import { askWho, cancelJob, findLaunched, launch, preflightOf, readJob, variablesOf } from '../src/awx-jobs.js';
import { failureOf as verdictOn, isActive, resultsOf, succeededIn } from '../src/job-outcome.js';
import { launchChecked, refusals } from '../src/launching.js';
import { resultsByHost } from '../src/results.js';
import { toLine } from '../src/telemetry.js';
import type { JobEvent, JobRow } from '../src/wire.js';
import { failureOf, givenConfig } from './given.js';

interface Example {
  readonly method: string;
  readonly path: string;
  readonly request: { readonly body: unknown };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
}

type Answers = Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;
type Replay = (awx: Awx, ctx: Context, example: Example, sent: string[]) => Promise<void>;

const FOLDER = fileURLToPath(new URL('../../../../shared/contracts/examples/awx/', import.meta.url));
const INVENTORY = 1;

/** What is said besides the example itself, where a client asks for more than one thing. */
const BESIDES: Readonly<Record<string, Answers>> = {
  '01-ping.json': {
    'GET /api/v2/me/': { status: 200, body: { count: 1, next: null, results: [{ username: 'hub' }] } },
  },
  '07-launch-vars-dropped.json': {
    'GET /api/v2/job_templates/2/launch/': {
      status: 200,
      body: { ask_variables_on_launch: true, ask_limit_on_launch: true, defaults: { inventory: { id: INVENTORY } } },
    },
    'POST /api/v2/jobs/968/cancel/': { status: 202, body: undefined },
  },
  '20-job-host-summaries.json': {
    'GET /api/v2/jobs/1/': {
      status: 200,
      body: { id: 1, status: 'failed', created: '2026-01-05T08:00:00Z', finished: '2026-01-05T08:01:00Z' },
    },
  },
};

const REPLAYS: Readonly<Record<string, Replay>> = {
  '01-ping.json': async (awx, ctx) => {
    expect(await askWho(awx, ctx)).to.deep.equal({ version: '19.4.0', user: 'hub' });
  },
  '02-unauthenticated.json': async (awx, ctx, { path }) => {
    const refusal = await failureOf(awx.request(ctx, { method: 'GET', url: below(path) }));
    expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(refusal.message).to.include('Authentication credentials were not provided');
  },
  '04-job-template-create.json': async (awx, ctx, { path, request, response }) => {
    const { body, headers } = await awx.request<{ id: number }>(ctx, {
      method: 'POST',
      url: below(path),
      json: request.body,
    });
    expect(body.id).to.equal(29);
    expect(headers['x-api-request-id']).to.equal(response.headers['X-Api-Request-Id']);
    expect(refusals(response.body as object, { limit: 'x', labels: true })).to.have.length(3);
  },
  '05-launch-preflight.json': async (awx, ctx) => {
    const preflight = await preflightOf(awx, ctx, 9);
    expect(refusals(preflight, { limit: 'x', labels: false, inventory: INVENTORY })).to.deep.equal([]);
    expect(refusals(preflight, { limit: 'x', labels: true, extraVars: { site_id: 1 } }).join()).to.match(
      /ask_labels_on_launch.*tor_group/,
    );
  },
  '06-launch-created.json': async (awx, ctx, { request }) => {
    const answer = await launch(awx, ctx, 9, request.body as Parameters<typeof launch>[3]);
    expect(answer).to.include({ job: 223, id: 223 });
    expect(answer.ignored_fields).to.deep.equal({});
    expect(variablesOf(answer)).to.deep.equal({ tor_group: 'vEPC', site_id: '3 - Belmont' });
  },
  '07-launch-vars-dropped.json': async (awx, ctx, _example, sent) => {
    const config = await givenConfig({ ...SETTINGS, labels: false });
    const asked = { template: 2, correlationId: 'c', extraVars: { survey_var: 7 }, limit: 'tag_lab' };
    const refusal = await failureOf(launchChecked(awx, ctx, config, asked));
    expect(refusal).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
    expect(refusal.message).to.match(/job 968 .* without extra_vars; the job was cancelled/);
    expect(sent.at(-1)).to.equal('POST /api/v2/jobs/968/cancel/');
  },
  '09-launch-forbidden.json': async (awx, ctx, { request }) => {
    const refusal = await failureOf(launch(awx, ctx, 2, request.body as Parameters<typeof launch>[3]));
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(refusal.remedy).to.match(/Execute on the templates/);
  },
  '10-job-running.json': async (awx, ctx) => {
    const job = (await readJob(awx, ctx, 223))!;
    expect(isActive(job)).to.equal(true);
    expect(resultsOf(job, await givenConfig(SETTINGS), 0)).to.equal('to_come');
  },
  '11-job-successful.json': async (awx, ctx) => {
    const job = (await readJob(awx, ctx, 223))!;
    expect(isActive(job)).to.equal(false);
    expect(succeededIn(job)).to.equal(1);
    expect(verdictOn(job, 'a trial')).to.equal(undefined);
  },
  '12-stdout-text.json': async (awx, ctx, { path }) => {
    const { body } = await awx.request<string>(ctx, { method: 'GET', url: below(path), answer: 'text' });
    expect(body).to.match(/PLAY RECAP/);
    expect(() => JSON.parse(body) as unknown).to.throw();
  },
  '14-relaunch-failed-hosts.json': async (awx, ctx, { path, request }) => {
    const { body } = await awx.request<JobRow>(ctx, { method: 'POST', url: below(path), json: request.body });
    expect(body).to.include({ id: 2, limit: 'host3', status: 'pending', event_processing_finished: false });
    expect(resultsOf(body, await givenConfig(SETTINGS), 0)).to.equal('to_come');
  },
  '15-relaunch-no-stats.json': async (awx, ctx, { path, request }) => {
    const refusal = await failureOf(awx.request(ctx, { method: 'POST', url: below(path), json: request.body }));
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(refusal.message).to.include('hosts: Cannot retry on failed hosts');
  },
  '16-cancel-accepted.json': async (awx, ctx) => {
    await cancelJob(awx, ctx, 223);
  },
  '17-approval-already-decided.json': async (awx, ctx, { path }) => {
    const refusal = await failureOf(awx.request(ctx, { method: 'POST', url: below(path) }));
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(refusal.message).to.include('already been approved or denied');
  },
  '19-runner-events-mixed.json': async (_awx, _ctx, { response }) => {
    const job = {
      id: 1,
      status: 'failed',
      created: '',
      finished: null,
      extra_vars: '{"eucora_correlation_id":"c-1"}',
    } as const;
    const lines = (response.body as JobEvent[]).map((event) => toLine(job, event));
    expect(lines[0]).to.include({ event_type: 'playbook_on_start', status: 'failed', host: null, rc: null });
    expect(lines.find(({ host }) => host === 'gone1')).to.include({
      status: 'unreachable',
      correlation_id: 'c-1',
      counter: 7,
    });
    expect(lines.find(({ task }) => task === 'Apt')).to.include({ status: 'ok', host: 'node2' });
  },
  '20-job-host-summaries.json': async (awx, ctx) => {
    const record = { ...RECORD, launches: [{ generation: 1, attempt: 1, job: 1, asked: 3, scope: 3 }] };
    const { results } = await resultsByHost(
      awx,
      ctx,
      await givenConfig(SETTINGS),
      record,
      new Set(['gone1', 'node1', 'node2']),
    );
    expect([...results].map(([host, { ok, errorCode }]) => `${host} ${ok} ${errorCode}`)).to.deep.equal([
      'gone1 false unreachable',
      'node1 true undefined',
      'node2 true undefined',
    ]);
  },
};

const SETTINGS = { url: 'https://awx.example.test', token: 'env:AWX_TOKEN', inventory: INVENTORY, installTemplate: 9 };
const RECORD = {
  kind: 'assignment',
  name: 'Example Tool',
  platform: 'linux',
  version: '2.0.0',
  mark: '[eucora intent=i ring=lab correlation=c]',
  generation: 1,
  target: 'tag_lab',
  mode: 'include',
  purpose: 'required',
} as const;

describe('the recorded exchanges of AWX', () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  if (files.length === 0) {
    console.warn(`\n  ATTENTION: no recorded exchanges in ${FOLDER}; the client is NOT held against them\n`);
    it('are parsed, classified and mapped: NOT TRIED, they are not at hand');
    return;
  }

  it('have a replay each', () => {
    expect(files.filter((name) => !(name in REPLAYS))).to.deep.equal([]);
  });

  for (const name of files) {
    it(`${name.replace(/^\d+-|\.json$/g, '').replaceAll('-', ' ')}`, async () => {
      const example = JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as Example;
      const { awx, ctx, sent, close } = await givenReplay(example, BESIDES[name] ?? {});
      try {
        await REPLAYS[name]!(awx, ctx, example, sent);
      } finally {
        await close();
      }
    });
  }
});

describe('a search for a job', () => {
  it('finds the newest of those with one name, in whatever order they come', async () => {
    const row = (id: number) => ({
      id,
      status: 'running',
      created: '',
      finished: null,
      extra_vars: '{"eucora_launch":"5/1/1"}',
    });
    const rows = { count: 3, next: null, results: [row(3), row(4), { ...row(9), extra_vars: 'not JSON' }] };
    const { awx, ctx, close } = await givenReplay(
      {
        method: 'GET',
        path: '/api/v2/jobs/',
        request: { body: null },
        response: { status: 200, headers: {}, body: rows },
      },
      {},
    );
    const wanted = { template: 9, correlationId: 'c', since: '2026-01-05T08:00:00Z' };
    expect((await findLaunched(awx, ctx, { ...wanted, launch: '5/1/' }, true))?.id).to.equal(4);
    expect(await findLaunched(awx, ctx, { ...wanted, launch: '5/1/2' }, false)).to.equal(undefined);
    await close();
  });
});

const below = (path: string) => path.replace('/api/v2', '');

async function givenReplay({ method, path, response }: Example, besides: Answers) {
  const sent: string[] = [];
  const answers: Record<string, Answers[string] & { headers?: Record<string, string> }> = {
    ...besides,
    [`${method} ${path.split('?')[0]}`]: response,
  };
  const server = createServer((request, reply) => {
    const asked = `${request.method} ${request.url!.split('?')[0]}`;
    sent.push(asked);
    const { status, body, headers = {} } = answers[asked] ?? { status: 404, body: { detail: 'Not found.' } };
    const text = typeof body === 'string';
    request.resume().on('end', () => {
      reply.writeHead(status, {
        ...headers,
        'content-type': text ? 'text/plain' : 'application/json',
        connection: 'close',
      });
      reply.end(body === undefined || body === null ? undefined : text ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const awx = openAwx(await givenConfig({ ...SETTINGS, url }), 'ansible');
  return {
    awx,
    ctx: testContext({ secrets: { 'env:AWX_TOKEN': 'a-token' } }),
    sent,
    async close() {
      awx.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

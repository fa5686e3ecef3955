import { expect } from 'chai';
import type { PlaneFailure } from '@eucora/sdk/http';
import { classify, complaintOf } from '../src/errors.js';
import { failureOf as verdictOn, resultsOf, succeededIn } from '../src/job-outcome.js';
import type { JobRow } from '../src/wire.js';
import { givenConfig, MINUTE } from './given.js';

const NOW = Date.parse('2026-01-05T09:00:00Z');
const SETTINGS = { url: 'https://awx.example.test', token: 'env:T', inventory: 2, installTemplate: 7 };

describe('what AWX answers', () => {
  const LAUNCH = 'awx.example.test/api/v2/job_templates/7/launch/';

  it('400 to a launch may be a template that asks for what nobody can type', () => {
    const reading = read(400, { passwords_needed_to_start: ['ssh_password'] }, LAUNCH)!;
    expect(reading).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
    expect(reading.what).to.match(/job template 7 is misconfigured: it asks for passwords/);
    expect(read(400, { inventory: ['Invalid pk'] }, LAUNCH)?.what).to.equal(
      'AWX refuses to launch job template 7: inventory: Invalid pk',
    );
  });

  it('400 otherwise is what we said', () => {
    expect(read(400, { __all__: ['Group with this Name and Inventory already exists.'] })?.what).to.match(
      /: Group with this Name/,
    );
  });

  it('403 is for a person, except where the question was wrong', () => {
    expect(read(403, { detail: 'You do not have permission' })?.errorClass).to.equal(undefined);
    expect(read(403, { detail: 'Filtering on extra_vars is not allowed.' })).to.include({
      code: 'PLANE_REJECTED',
      errorClass: 'permanent',
    });
    expect(read(403, { detail: 'Job was launched with secret prompts provided by another user.' })?.remedy).to.match(
      /as that user/,
    );
  });

  it('401 and 404 name what to look at in the configuration', () => {
    expect(read(401, { detail: 'x' })?.remedy).to.match(/token/);
    expect(read(404, {}, LAUNCH)?.what).to.match(/no job template 7/);
    expect(read(404, {}, 'awx.example.test/api/v2/inventories/2/groups/')?.remedy).to.match(/inventory/);
    expect(read(404, {}, 'awx.example.test/api/v2/groups/9/')?.what).to.match(/no such thing/);
  });

  it('409 passes; 502 to 504 are those of a proxy', () => {
    expect(read(409, { error: 'Resource is being used by running jobs.' })).to.include({ errorClass: 'transient' });
    for (const status of [502, 503, 504]) expect(read(status, '<html>')?.what).to.match(/before AWX/);
    expect(read(500, {})).to.equal(undefined);
  });

  it('is told with the id under which AWX logged it', () => {
    expect(read(400, { detail: 'no' }, undefined, { 'x-api-request-id': 'abc' })?.what).to.match(
      /: no \(AWX request abc\)$/,
    );
  });

  it('has many shapes', () => {
    expect(complaintOf({ error: 'e' })).to.equal('e');
    expect(complaintOf({ limit: ['too', 'long'], x: 'y', z: { a: 1 } })).to.equal('limit: too long; x: y; z: {"a":1}');
    for (const nothing of [undefined, null, 'text']) expect(complaintOf(nothing)).to.equal('');
  });

  const read = (status: number, body: unknown, target = 'awx.example.test/api/v2/groups/', headers = {}) =>
    classify({ method: 'POST', target, status, headers, body, attempt: 1, replayable: false } satisfies PlaneFailure);
});

describe('how a job ended', () => {
  const CASES: readonly [Partial<JobRow>, string | undefined, string?][] = [
    [{ status: 'successful', host_status_counts: { ok: 3 } }, undefined],
    [{ status: 'successful', host_status_counts: {} }, 'permanent', 'reached no host'],
    [{ status: 'successful', host_status_counts: null }, 'permanent', 'reached no host'],
    [{ status: 'canceled' }, 'policy_violation', 'was cancelled'],
    [{ status: 'error', job_explanation: 'Receptor is gone' }, 'transient', 'Receptor is gone'],
    [{ status: 'failed', job_explanation: 'Job terminated due to timeout' }, 'transient'],
    [{ status: 'failed', job_explanation: 'Previous Task Failed: {}' }, 'transient'],
    [{ status: 'failed', host_status_counts: { dark: 2, ok: 1 } }, 'transient', 'could not reach'],
    [{ status: 'failed', host_status_counts: { dark: 1, failures: 1 } }, 'permanent', 'failed'],
    [{ status: 'failed', host_status_counts: {} }, 'permanent', 'before any host'],
  ];

  for (const [job, errorClass, what = ''] of CASES) {
    it(`${JSON.stringify(job)}: ${errorClass ?? 'well'}`, () => {
      const verdict = verdictOn(jobOf(job), 'a trial');
      expect(verdict?.errorClass).to.equal(errorClass);
      expect(verdict?.message ?? '').to.include(what);
    });
  }

  it('is known per host only when the events are stored, and given up after a minute', async () => {
    const config = await givenConfig(SETTINGS);
    const ended = (ago: number, event_processing_finished?: boolean) =>
      resultsOf(
        jobOf({ status: 'successful', finished: new Date(NOW - ago).toISOString(), event_processing_finished }),
        config,
        NOW,
      );
    expect(ended(1_000, true)).to.equal('complete');
    expect(ended(1_000)).to.equal('complete');
    expect(ended(1_000, false)).to.equal('to_come');
    expect(ended(MINUTE + 1, false)).to.equal('incomplete');
    expect(
      resultsOf(jobOf({ status: 'failed', finished: null, event_processing_finished: false }), config, NOW),
    ).to.equal('incomplete');
  });

  it('counts each host once, under the worst that befell it', () => {
    expect(
      succeededIn(jobOf({ host_status_counts: { ok: 1, changed: 2, skipped: 1, failures: 5, dark: 7 } })),
    ).to.equal(4);
    expect(succeededIn(jobOf({ host_status_counts: null }))).to.equal(undefined);
  });

  const jobOf = (job: Partial<JobRow>): JobRow => ({ id: 1, status: 'failed', created: '', finished: null, ...job });
});

import { json, route, send, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { badField, detail, iso, noContent, notAllowed, notFound } from './answers.js';
import { listing } from './listing.js';
import { eventRow, eventsAreThere, jobDetail, jobRow, summaryRow } from './job-rows.js';
import type { Fields } from './lookups.js';
import { statusOf } from './runner.js';
import type { AwxInstance, SimEvent, SimJob, SimLabel } from './state.js';
import { ORGANISATION, type World } from './world.js';

type Here = Exchange<AwxInstance>;

/** Jobs, what they left, and the labels that they carry. */
export function jobRoutes(world: World): readonly Route<AwxInstance>[] {
  const now = () => world.clock.now().getTime();

  const withJob = (handle: (job: SimJob, exchange: Here) => Answer) => (exchange: Here) => {
    const job = exchange.state.jobs.get(Number(exchange.params.job));
    if (!job) return notFound();
    world.runner.settle(job, exchange.state);
    return handle(job, exchange);
  };

  const jobFields = (state: AwxInstance): Fields<SimJob> => ({
    id: ({ id }) => id,
    job_template: ({ template }) => template,
    created: ({ createdAt }) => iso(createdAt),
    status: (job) => {
      world.runner.settle(job, state);
      return statusOf(job, now());
    },
    labels__name: ({ labels }) => labels.map((id) => state.labels.get(id)?.name ?? ''),
    launched_by: () => 1,
  });

  const cancel = withJob((job, { state }) => {
    if (job.result) return notAllowed('POST');
    world.runner.cancel(job, state);
    world.ledger().record('job_cancel_asked', String(job.id));
    return send(202);
  });

  const remove = withJob((job, { state }) => {
    if (!job.result) {
      return json(409, {
        error: 'Resource is being used by running jobs.',
        active_jobs: [{ type: 'job', id: job.id }],
      });
    }
    state.jobs.delete(job.id);
    dropUnusedLabels(state, job.labels);
    return noContent();
  });

  const summaries = withJob((job, exchange) => {
    const rows = eventsAreThere(job, world) ? Object.entries(job.result?.stats ?? {}).map(summaryRow(job)) : [];
    const fields: Fields<(typeof rows)[number]> = {
      id: ({ id }) => id,
      host_name: (row) => row.host_name,
      failed: ({ failed }) => failed,
    };
    return listing(exchange, rows, fields, (row) => row, world);
  });

  const events = withJob((job, exchange) => {
    const rows = eventsAreThere(job, world) ? job.result!.events : [];
    const fields: Fields<SimEvent> = {
      counter: ({ counter }) => counter,
      start_line: () => 0,
      event: ({ event }) => event,
      host_name: ({ host }) => host ?? '',
      failed: ({ failed }) => failed,
    };
    return listing(exchange, rows, fields, eventRow(job), world, 'start_line');
  });

  /** Human text, whatever the format is called; as JSON it is the same text in a field. */
  const stdout = withJob((job, { query }) => {
    const text = eventsAreThere(job, world) ? job.result!.stdout : '';
    return query.format === 'json'
      ? json(200, { range: { start: 0, end: 0, absolute_end: 0 }, content: text })
      : send(200, text, { 'content-type': 'text/plain; charset=utf-8' });
  });

  const createLabel = ({ body, state }: Here): Answer => {
    const { name, organization } = body as { name: string; organization: number };
    if (organization !== ORGANISATION)
      return badField('organization', `Invalid pk "${organization}" - object does not exist.`);
    if ([...state.labels.values()].some((one) => one.name === name)) {
      return badField('__all__', 'Label with this Name and Organization already exists.');
    }
    const label: SimLabel = { id: world.nextId(), name, organization };
    state.labels.set(label.id, label);
    world.ledger().record('label_created', String(label.id), { name });
    return json(201, { ...label, type: 'label' });
  };

  return [
    route(
      'GET',
      '/ping/',
      () =>
        json(200, {
          ha: false,
          version: world.version,
          active_node: 'awx-simulator',
          install_uuid: '00000000-0000-0000-0000-000000000000',
          instances: [],
          instance_groups: [],
        }),
      { open: true },
    ),
    route('GET', '/me/', (exchange) =>
      listing(exchange, [{ id: 1, username: world.username }], { id: ({ id }) => id }, (row) => row, world),
    ),
    route('GET', '/labels/', (exchange) =>
      listing(
        exchange,
        [...exchange.state.labels.values()],
        { id: ({ id }) => id, name: ({ name }) => name },
        (row) => ({ ...row, type: 'label' }),
        world,
      ),
    ),
    route('POST', '/labels/', createLabel),
    route('GET', '/jobs/', (exchange) =>
      listing(
        exchange,
        [...exchange.state.jobs.values()],
        jobFields(exchange.state),
        (job) => jobRow(job, exchange.state, world),
        world,
      ),
    ),
    route(
      'GET',
      '/jobs/{job}/',
      withJob((job, { state }) => json(200, jobDetail(job, state, world))),
    ),
    route('DELETE', '/jobs/{job}/', remove),
    route(
      'GET',
      '/jobs/{job}/cancel/',
      withJob((job) => json(200, { can_cancel: !job.result })),
    ),
    route('POST', '/jobs/{job}/cancel/', cancel),
    route('GET', '/jobs/{job}/job_host_summaries/', summaries),
    route('GET', '/jobs/{job}/job_events/', events),
    route('GET', '/jobs/{job}/stdout/', stdout),
    route('POST', '/bulk/job_launch/', () => detail(403, 'You do not have permission to perform this action.')),
  ];
}

/** A label lives as long as something carries it; nobody can delete one. */
function dropUnusedLabels(state: AwxInstance, labels: readonly number[]): void {
  const used = new Set([...state.jobs.values()].flatMap((job) => job.labels));
  for (const id of labels) if (!used.has(id)) state.labels.delete(id);
}

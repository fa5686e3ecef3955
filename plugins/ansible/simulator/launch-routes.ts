import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { badField, detail, iso, notFound } from './answers.js';
import { jobDetail } from './job-rows.js';
import { matchLimit } from './limits.js';
import { PROMPTS, type AwxInstance, type Prompt, type SimJob, type SimTemplate } from './state.js';
import type { World } from './world.js';

type Here = Exchange<AwxInstance>;

/** The prompt of each field of a launch, where its name differs. */
const PROMPT_OF: Readonly<Record<string, Prompt>> = { extra_vars: 'variables', job_tags: 'tags' };
const AWX_MAKES = { launchType: 'manual' } as const;

/** What may be asked for at a launch, and the launch itself. */
export function launchRoutes(world: World): readonly Route<AwxInstance>[] {
  const withTemplate = (handle: (template: SimTemplate, exchange: Here) => Answer) => (exchange: Here) => {
    const template = exchange.state.templates.get(Number(exchange.params.template));
    return template ? handle(template, exchange) : notFound();
  };

  const preflight = withTemplate((template, { state }) =>
    json(200, {
      can_start_without_user_input: template.surveyRequires.length + template.passwordsNeeded.length === 0,
      passwords_needed_to_start: template.passwordsNeeded,
      ...Object.fromEntries(PROMPTS.map((prompt) => [`ask_${prompt}_on_launch`, template.asks.includes(prompt)])),
      survey_enabled: template.surveyRequires.length > 0,
      variables_needed_to_start: template.surveyRequires,
      credential_needed_to_start: false,
      inventory_needed_to_start: false,
      job_template_data: { name: template.name, id: template.id, description: '' },
      defaults: {
        extra_vars: JSON.stringify(template.extraVars),
        limit: template.limit,
        inventory: { id: template.inventory, name: state.inventories.get(template.inventory)?.name ?? '' },
      },
    }),
  );

  const launch = withTemplate((template, { body = {}, state }) => {
    const asked = body as Readonly<Record<string, unknown>>;
    const empty = Object.keys(asked).find((name) => asked[name] === null);
    if (empty) return badField(empty, 'This field may not be null.');
    const vars = typeof asked.extra_vars === 'string' ? variablesIn(asked.extra_vars) : (asked.extra_vars ?? {});
    if (vars === undefined) return badField('extra_vars', 'Cannot parse as JSON or YAML.');
    const given: Readonly<Record<string, unknown>> = { ...template.extraVars, ...vars };
    const lacking = template.surveyRequires.filter((name) => !(name in given));
    if (lacking.length > 0)
      return json(400, { variables_needed_to_start: lacking.map((name) => `'${name}' value missing`) });
    if (template.passwordsNeeded.length > 0) return json(400, { passwords_needed_to_start: template.passwordsNeeded });
    const unknown = ((asked.labels ?? []) as number[]).find((id) => !state.labels.has(id));
    if (unknown !== undefined) return badField('labels', `Invalid pk "${unknown}" - object does not exist.`);
    if (typeof asked.inventory === 'number' && !state.inventories.has(asked.inventory)) {
      return badField('inventory', `Invalid pk "${asked.inventory}" - object does not exist.`);
    }
    const ignored = Object.fromEntries(
      Object.entries(asked).filter(
        ([name, value]) =>
          !template.asks.includes(PROMPT_OF[name] ?? (name as Prompt)) && !isTemplatesOwn(template, name, value),
      ),
    );
    const taken = (name: string) => (name in ignored ? undefined : asked[name]);
    const job = start(template, state, {
      ...AWX_MAKES,
      extraVars: 'extra_vars' in ignored ? template.extraVars : given,
      limit: (taken('limit') as string | undefined) ?? template.limit,
      inventory: (taken('inventory') as number | undefined) ?? template.inventory,
      labels: [...((taken('labels') as number[] | undefined) ?? [])],
      timeout: (taken('timeout') as number | undefined) ?? 0,
    });
    return json(
      201,
      { job: job.id, ignored_fields: ignored, ...jobDetail(job, state, world) },
      { location: `/api/v2/jobs/${job.id}/` },
    );
  });

  type Given = Pick<SimJob, 'launchType' | 'extraVars' | 'limit' | 'inventory' | 'labels' | 'timeout'>;
  const start = (template: SimTemplate, state: AwxInstance, given: Given): SimJob => {
    const before = [...state.jobs.values()].filter((one) => one.template === template.id).at(-1);
    const job: SimJob = {
      id: world.nextId(),
      template: template.id,
      createdAt: world.clock.now().getTime(),
      ...given,
      hosts: matchLimit(state, given.inventory, given.limit).hosts,
      ...(!template.allowSimultaneous && before && { after: before.id }),
    };
    state.jobs.set(job.id, job);
    world.runner.begin(job, template, state);
    world.ledger().record('job_launched', String(job.id), {
      template: template.id,
      limit: job.limit,
      launch: job.extraVars.eucora_launch,
      correlation: job.extraVars.eucora_correlation_id,
    });
    return job;
  };

  /** Copies variables and labels; of a correlation id there are two jobs then. */
  const relaunch = ({ state, params, body }: Here): Answer => {
    const old = state.jobs.get(Number(params.job));
    if (!old) return notFound();
    world.runner.settle(old, state);
    const { hosts = 'all' } = (body ?? {}) as { hosts?: 'all' | 'failed' };
    if (!old.result) return json(400, { hosts: 'Wait until job finishes before retrying on failed hosts.' });
    const failed = Object.entries(old.result.stats ?? {}).filter(
      ([, counts]) => counts.failures > 0 || counts.dark > 0,
    );
    if (hosts === 'failed' && !old.result.stats) {
      return json(400, { hosts: 'Cannot retry on failed hosts, playbook stats not available.' });
    }
    if (hosts === 'failed' && failed.length === 0) {
      return json(400, { hosts: 'Cannot relaunch because previous job had 0 failed hosts.' });
    }
    const { extraVars, inventory, labels, timeout } = old;
    const limit = hosts === 'failed' ? failed.map(([name]) => name).join(',') : old.limit;
    const template = state.templates.get(old.template);
    if (!template) return detail(400, 'The job template of this job is gone.');
    const job = start(template, state, {
      launchType: 'relaunch',
      extraVars,
      limit,
      inventory,
      labels: [...labels],
      timeout,
    });
    return json(201, { job: job.id, ...jobDetail(job, state, world) }, { location: `/api/v2/jobs/${job.id}/` });
  };

  return [
    route(
      'GET',
      '/job_templates/{template}/',
      withTemplate((template) => json(200, templateRow(template))),
    ),
    route('GET', '/job_templates/{template}/launch/', preflight),
    route('POST', '/job_templates/{template}/launch/', launch),
    route('POST', '/jobs/{job}/relaunch/', relaunch),
  ];
}

/** Neither accepted nor ignored. */
const isTemplatesOwn = (template: SimTemplate, name: string, value: unknown) =>
  (name === 'inventory' && value === template.inventory) || (name === 'limit' && value === template.limit);

function variablesIn(text: string): object | undefined {
  try {
    return JSON.parse(text || '{}') as object;
  } catch {
    return undefined;
  }
}

const templateRow = (template: SimTemplate) => ({
  id: template.id,
  type: 'job_template',
  url: `/api/v2/job_templates/${template.id}/`,
  name: template.name,
  description: '',
  created: iso(0),
  organization: template.organization,
  inventory: template.inventory,
  playbook: template.playbook,
  limit: template.limit,
  extra_vars: JSON.stringify(template.extraVars),
  allow_simultaneous: template.allowSimultaneous,
  ...Object.fromEntries(PROMPTS.map((prompt) => [`ask_${prompt}_on_launch`, template.asks.includes(prompt)])),
});

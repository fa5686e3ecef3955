import { EucoraError, type Context } from '@eucora/sdk';
import type { Awx } from './awx.js';
import { idOf } from './awx.js';
import { cancelJob, labelNamed, launch, preflightOf } from './awx-jobs.js';
import type { AnsibleConfig } from './config.js';
import { labelOf } from './mapping.js';
import type { LaunchBody, LaunchPreflight } from './wire.js';

/** What a job is to be given at launch. */
export interface LaunchRequest {
  readonly template: number;
  readonly correlationId: string;
  readonly extraVars: Readonly<Record<string, unknown>>;
  /** Without a limit the job runs on what its template says. */
  readonly limit?: string;
  /** The inventory that the job must run on. */
  readonly inventory?: number;
}

/**
 * Starts one job, with everything that was asked or not at all.
 *
 * AWX drops what a template does not prompt for, **and starts the job anyway** (ansible/awx#2033: a dropped limit is the whole
 * fleet). So it is asked before; what was dropped in spite of that is cancelled at once. The playbook is the third guard: it stops
 * where its limit is not the one in its variables.
 */
export async function launchChecked(
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
  asked: LaunchRequest,
): Promise<number> {
  const preflight = await preflightOf(awx, ctx, asked.template);
  const wrong = refusals(preflight, { ...asked, labels: config.labels });
  if (wrong.length > 0) throw misconfigured(asked.template, preflight, wrong);

  const answer = await launch(awx, ctx, asked.template, {
    extra_vars: asked.extraVars,
    ...(asked.limit !== undefined && { limit: asked.limit }),
    ...(config.labels && { labels: [await labelId(awx, ctx, asked.correlationId)] }),
    ...overrides(preflight, asked, config),
  });
  const job = idOf({ id: answer.job ?? answer.id }, 'the launched job');
  const ignored = Object.keys(answer.ignored_fields ?? {});
  if (ignored.length > 0) {
    await cancelJob(awx, ctx, job);
    throw new EucoraError('CONFIG_INVALID', {
      what: `AWX started job ${job} of job template ${asked.template} without ${ignored.join(', ')}; the job was cancelled at once`,
      remedy: `Somebody changed job template ${asked.template} this very moment: switch on "prompt on launch" for ${ignored.join(', ')}, and look at job ${job}.`,
      details: { job, template: asked.template, ignored_fields: ignored },
    });
  }
  return job;
}

/** The inventory is sent only where the template's own is another: an equal one is neither accepted nor ignored. */
function overrides(
  preflight: LaunchPreflight,
  { inventory }: LaunchRequest,
  config: AnsibleConfig,
): Partial<LaunchBody> {
  return {
    ...(inventory !== undefined && inventoryOf(preflight) !== inventory && { inventory }),
    ...(preflight.ask_timeout_on_launch && { timeout: Math.ceil(config.jobDeadlineMs / 1000) }),
  };
}

const inventoryOf = ({ defaults }: LaunchPreflight) => defaults?.inventory?.id ?? undefined;

/** Everything that keeps a template from being launched as we need it, at once. @param needs `extraVars` where they are known */
export function refusals(
  preflight: LaunchPreflight,
  needs: {
    readonly limit?: unknown;
    readonly labels: boolean;
    readonly inventory?: number;
    readonly extraVars?: object;
  },
): readonly string[] {
  const { extraVars } = needs;
  const lacking = extraVars ? (preflight.variables_needed_to_start ?? []).filter((name) => !(name in extraVars)) : [];
  return [
    ...(preflight.ask_variables_on_launch ? [] : ['switch on ask_variables_on_launch (prompt on launch: variables)']),
    ...(needs.limit === undefined || preflight.ask_limit_on_launch
      ? []
      : ['switch on ask_limit_on_launch (prompt on launch: limit)']),
    ...(!needs.labels || preflight.ask_labels_on_launch
      ? []
      : ["switch on ask_labels_on_launch (prompt on launch: labels), or set the connector's labels to false"]),
    ...(needs.inventory === undefined || preflight.ask_inventory_on_launch || inventoryOf(preflight) === needs.inventory
      ? []
      : [`give it inventory ${needs.inventory}, or switch on ask_inventory_on_launch (prompt on launch: inventory)`]),
    ...(lacking.length > 0 ? [`its survey asks for ${lacking.join(', ')}: make them optional`] : []),
    ...(preflight.passwords_needed_to_start?.length
      ? [`its credential asks for ${preflight.passwords_needed_to_start.join(', ')}: store them in it`]
      : []),
    ...(preflight.credential_needed_to_start ? ['give it a machine credential'] : []),
  ];
}

export const misconfigured = (template: number, { job_template_data: of }: LaunchPreflight, wrong: readonly string[]) =>
  new EucoraError('CONFIG_INVALID', {
    what: `job template ${template}${of?.name ? ` "${of.name}"` : ''} is misconfigured: ${wrong.join('; ')}`,
    remedy: `Template misconfigured. In AWX, in job template ${template}: ${wrong.join('; ')}.`,
    details: { template, wrong },
  });

async function labelId(awx: Awx, ctx: Context, correlationId: string): Promise<number> {
  const label = await labelNamed(awx, ctx, labelOf(correlationId));
  if (label) return label.id;
  throw new EucoraError('PLANE_NOT_CONVERGING', { what: `AWX does not show label ${labelOf(correlationId)} yet` });
}

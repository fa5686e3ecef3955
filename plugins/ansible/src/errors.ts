import type { PlaneFailure, Reading } from '@eucora/sdk/http';

const LAUNCH = /\/job_templates\/(\d+)\/launch\/$/;
const UNSEARCHABLE = /^Filtering on (\S+) is not allowed/;
const SECRETS_OF_ANOTHER = /secret prompts provided by another user/i;
const TEMPLATE = /\/job_templates\/(\d+)\//;
const INVENTORY = /\/inventories\/(\d+)\//;

/**
 * What AWX's answers mean where they differ from the table in SPEC section 4. Sources: the facts file A2 to A6 and its part C,
 * which rest on AWX's own source (awx/api/views, awx/api/serializers.py, awx/api/filters.py).
 */
export function classify(failure: PlaneFailure): Reading | undefined {
  const where = `${failure.method} ${failure.target}`;
  const said = withRequestId(complaintOf(failure.body), failure);
  switch (failure.status) {
    case 400:
      return LAUNCH.test(failure.target) ? refusedLaunch(failure, said) : { what: `AWX refuses ${where}${said}` };
    case 401:
      return {
        what: `AWX does not know our token${said}`,
        remedy:
          "Put a valid token where the connector's `token` refers to; scope write, of a user with the roles that the connector's documentation names.",
      };
    case 403:
      return forbidden(failure, where, said);
    case 404:
      return missing(failure.target, where);
    case 409:
      return { what: `AWX is busy with ${where}${said}`, errorClass: 'transient', code: 'PLANE_CONFLICT' };
    case 502:
    case 503:
    case 504:
      // Never AWX's own words (it has no throttling): a proxy or the gateway before it.
      return { what: `what stands before AWX answered ${failure.status} to ${where}` };
    default:
      return undefined;
  }
}

/** The template asks for something that nobody can type here. */
function refusedLaunch(failure: PlaneFailure, said: string): Reading {
  const template = LAUNCH.exec(failure.target)![1];
  const body = (failure.body ?? {}) as Readonly<Record<string, unknown>>;
  const wants = ['variables_needed_to_start', 'passwords_needed_to_start', 'credential_needed_to_start'].find(
    (name) => name in body,
  );
  if (!wants) return { what: `AWX refuses to launch job template ${template}${said}` };
  return {
    code: 'CONFIG_INVALID',
    errorClass: 'permanent',
    what: `job template ${template} is misconfigured: it asks for ${wants.split('_')[0]} at launch${said}`,
    remedy: `Take the prompt out of job template ${template}, or give it a default or a credential of its own.`,
  };
}

/** RBAC, except where the question itself was wrong. Not a separation of duties: that is the hub's own check. */
function forbidden({ body }: PlaneFailure, where: string, said: string): Reading {
  const detail = complaintOf(body);
  const field = UNSEARCHABLE.exec(detail)?.[1];
  if (field) {
    return {
      code: 'PLANE_REJECTED',
      errorClass: 'permanent',
      what: `AWX lets nobody search by ${field} (${where})`,
      remedy: 'Report it to the author of the plugin: jobs are searched by label or by template.',
    };
  }
  return {
    what: `AWX refuses ${where}${said}`,
    remedy: SECRETS_OF_ANOTHER.test(detail)
      ? 'The job was launched with passwords of another user; launch it as that user, or publish again.'
      : "Grant the token's user the roles that docs/modules/ansible/connector-spec.md names: Execute on the templates, Use and Admin on the inventory.",
  };
}

function missing(target: string, where: string): Reading {
  const [, template] = TEMPLATE.exec(target) ?? [];
  const [, inventory] = INVENTORY.exec(target) ?? [];
  if (template) {
    return {
      what: `AWX has no job template ${template} (${where})`,
      remedy:
        'Check installTemplate and repositoryTemplate in the configuration; a template that we may not see is also "not there".',
    };
  }
  if (inventory) {
    return {
      what: `AWX has no inventory ${inventory} (${where})`,
      remedy: 'Check inventory and recordInventory in the configuration.',
    };
  }
  return { what: `AWX has no such thing: ${where}` };
}

/** `{"detail"}`, `{"error"}`, `{"__all__": […]}`, `{"field": ["…"]}` or `{"field": "…"}`. */
export function complaintOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { detail, error, ...fields } = body as Readonly<Record<string, unknown>>;
  if (typeof detail === 'string') return detail;
  if (typeof error === 'string') return error;
  return Object.entries(fields)
    .map(([name, text]) => `${name === '__all__' ? '' : `${name}: `}${sentence(text)}`)
    .join('; ');
}

const sentence = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(' ') : typeof value === 'string' ? value : JSON.stringify(value);

/** AWX names each request in its own log by this id. */
function withRequestId(said: string, { headers }: PlaneFailure): string {
  const id = headers['x-api-request-id'];
  return `${said && `: ${said}`}${id ? ` (AWX request ${id})` : ''}`;
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EucoraError, LADDER, reasonOf, rungNamed } from '@eucora/sdk';
import { near } from '../schema/near.js';
import { schemasOf } from '../schema/schemas.js';
import { checksFor, type FieldMistake } from '../schema/validator.js';
import { ConfigFile, NOT_YET, RATE_LIMIT, type HostConfig } from './host-config.js';
import { oidcSettings } from './oidc-settings.js';
import { reachOf } from './reach.js';

export interface ConfigSources {
  /** Default: `EUCORA_CONFIG`, else `eucora.config.json` where there is one. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const PREFIX = 'EUCORA_';
const DEFAULT_FILE = 'eucora.config.json';
/** Ours, and for others to read: the command line, and the name of the file itself. */
const ELSEWHERE = new Set(['url', 'token', 'token_file', 'config', 'config_dir']);
/** The command line's, which speaks to a host and is none. */
const OF_THE_COMMAND = /^client_(id|secret|secret_file)$/;
/** Without the prefix, by its older name. */
const CONNECTOR_ROLE = 'CONNECTOR_RBAC_ROLE';

const SCHEMAS = schemasOf([ConfigFile], [ConfigFile]);
const PROPERTIES = SCHEMAS['ConfigFile']!['properties'] as Readonly<Record<string, { readonly type?: string }>>;
const KEYS = Object.keys(PROPERTIES);
const checkFile = checksFor(SCHEMAS)('ConfigFile');
const checkEnv = checksFor(SCHEMAS, 'text')('ConfigFile');

/**
 * Reads the file, then the environment over it.
 *
 * @throws EucoraError `CONFIG_INVALID` with every mistake at once, each with where it stands
 */
export function loadConfig(sources: ConfigSources): HostConfig {
  const file = readConfigFile(sources);
  const { values: env, warnings, mistakes: unread } = readEnvironment(sources.env);
  const [ofFile, ofEnv] = [checkFile(file.values), checkEnv(env)];
  const wrong = new Set([...ofFile, ...ofEnv].map(({ path }) => keyOf(path)));
  const given: ConfigFile = withoutKeys({ ...file.values, ...env }, wrong);
  const rung = rungNamed(given.connector_rbac_role ?? '');
  const { oidc, mistakes: ofOidc } = oidcSettings(given, [...wrong]);
  const { reach, mistakes: ofReach } = reachOf(given, ofOidc.length > 0 || oidc !== undefined);
  const mistakes = [
    ...unread,
    ...notYet(file.values, (key) => `${file.name}: ${key}`),
    ...notYet(env, envName),
    ...withoutNotYet(ofFile).map((mistake) => ({ ...mistake, path: `${file.name}: ${mistake.path}` })),
    ...withoutNotYet(ofEnv).map((mistake) => ({ ...mistake, path: envName(mistake.path) })),
    ...[...ofOidc, ...ofReach, ...(given.connector_rbac_role === undefined || rung ? [] : [NO_RUNG])].map(
      ({ path, message }) => ({ path: keyOf(path) in env ? envName(path) : `${file.name}: ${path}`, message }),
    ),
  ];
  if (mistakes.length > 0) throw invalid(mistakes);

  return {
    ...(given.database_url && { databaseUrl: given.database_url }),
    dataDir: resolve(sources.cwd, given.data_dir ?? '.eucora'),
    port: given.port ?? 8780,
    ...reach,
    registry: resolve(sources.cwd, given.registry ?? 'eucora.registry.jsonl'),
    tenant: given.tenant ?? 'default',
    workers: given.workers ?? 8,
    artifactLimit: given.artifact_limit ?? 10 * 1024 ** 3,
    logLevel: given.log_level ?? 'info',
    ...(oidc && { oidc }),
    ...(given.local_token !== undefined && { localToken: given.local_token }),
    ...rateLimitOf(given),
    ...(given.required_gates && { requiredGates: given.required_gates }),
    ...(given.signing_key && { signingKey: given.signing_key }),
    ...(given.earlier_keys && { earlierKeys: given.earlier_keys.map((path) => resolve(sources.cwd, path)) }),
    ...(given.risk_weights && { riskWeights: resolve(sources.cwd, given.risk_weights) }),
    ...(rung && { connectorRole: rung }),
    warnings,
  };
}

/** `oidc_role_map.their-group` is of `oidc_role_map`. */
const keyOf = (path: string): string => path.split(/[.[]/, 1)[0]!;

const withoutKeys = (values: Readonly<Record<string, unknown>>, wrong: ReadonlySet<string>): object =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !wrong.has(key)));

const NO_RUNG = { path: 'connector_rbac_role', message: `must be one of ${LADDER.join(', ')}` };

const rateLimitOf = ({ rate_limit_per_second, rate_limit_burst }: ConfigFile): Pick<HostConfig, 'rateLimit'> => {
  if (rate_limit_per_second === undefined && rate_limit_burst === undefined) return {};
  const perSecond = rate_limit_per_second ?? RATE_LIMIT.perSecond;
  return { rateLimit: { perSecond, burst: rate_limit_burst ?? Math.max(1, perSecond * 2) } };
};

const envName = (path: string): string => PREFIX + path.replace(/^\w+/, (key) => key.toUpperCase());

function readConfigFile({ file, env, cwd }: ConfigSources): { name: string; values: Record<string, unknown> } {
  const asked = file ?? env[`${PREFIX}CONFIG`];
  const name = asked ?? DEFAULT_FILE;
  let text: string;
  try {
    text = readFileSync(resolve(cwd, name), 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && asked === undefined) return { name, values: {} };
    throw invalid([{ path: name, message: missing ? 'is not there' : `cannot be read: ${reasonOf(cause)}` }]);
  }
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return { name, values: { ...values } };
  } catch (cause) {
    throw invalid([{ path: name, message: `is not JSON: ${reasonOf(cause)}` }]);
  }
  throw invalid([{ path: name, message: 'is not a JSON object' }]);
}

/** Another program may use the prefix as well, so a name that is like none of ours is reported and passed over. */
function readEnvironment(env: ConfigSources['env']) {
  const values: Record<string, unknown> = {};
  const warnings: string[] = [];
  const mistakes: FieldMistake[] = [];
  if (env[CONNECTOR_ROLE]) values['connector_rbac_role'] = env[CONNECTOR_ROLE];
  for (const [name, value] of Object.entries(env)) {
    const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length).toLowerCase() : '';
    if (key === '' || value === undefined || value === '' || ELSEWHERE.has(key) || OF_THE_COMMAND.test(key)) continue;
    const known = KEYS.includes(key) || NOT_YET.some(({ pattern }) => pattern.test(key));
    if (!known && !near(key, KEYS)) warnings.push(`${name} is not a setting of this host`);
    else if (PROPERTIES[key]?.type === 'array') values[key] = value.split(/[\s,]+/).filter((each) => each !== '');
    else if (PROPERTIES[key]?.type !== 'object') values[key] = value;
    else
      try {
        values[key] = JSON.parse(value) as unknown;
      } catch (cause) {
        mistakes.push({ path: name, message: `is not JSON: ${reasonOf(cause)}` });
      }
  }
  return { values, warnings, mistakes };
}

const notYet = (values: object, name: (key: string) => string): FieldMistake[] =>
  Object.keys(values).flatMap((key) =>
    NOT_YET.filter(({ pattern }) => pattern.test(key)).map(({ why }) => ({ path: name(key), message: why })),
  );

const withoutNotYet = (mistakes: readonly FieldMistake[]): readonly FieldMistake[] =>
  mistakes.filter(({ path }) => !NOT_YET.some(({ pattern }) => pattern.test(path)));

const invalid = (mistakes: readonly FieldMistake[]) =>
  new EucoraError('CONFIG_INVALID', {
    what: mistakes.map(({ path, message }) => `${path} ${message}`).join('\n'),
    remedy: 'Correct what is named; docs/operate.md lists the settings.',
    details: { fields: mistakes },
  });

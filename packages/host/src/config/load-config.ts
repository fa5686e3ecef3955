import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EucoraError, reasonOf } from '@eucora/sdk';
import { near } from '../schema/near.js';
import { schemasOf } from '../schema/schemas.js';
import { checksFor, type FieldMistake } from '../schema/validator.js';
import { ConfigFile, NOT_YET, type HostConfig } from './host-config.js';

export interface ConfigSources {
  /** Default: `EUCORA_CONFIG`, else `eucora.config.json` where there is one. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const PREFIX = 'EUCORA_';
const DEFAULT_FILE = 'eucora.config.json';
/** Ours, and for others to read: the command line, and the name of the file itself. */
const ELSEWHERE = new Set(['url', 'token', 'token_file', 'config']);
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const SCHEMAS = schemasOf([ConfigFile], [ConfigFile]);
const KEYS = Object.keys(SCHEMAS['ConfigFile']!['properties'] as object);
const checkFile = checksFor(SCHEMAS)('ConfigFile');
const checkEnv = checksFor(SCHEMAS, 'text')('ConfigFile');

/**
 * Reads the file, then the environment over it.
 *
 * @throws EucoraError `CONFIG_INVALID` with every mistake at once, each with where it stands
 */
export function loadConfig(sources: ConfigSources): HostConfig {
  const file = readConfigFile(sources);
  const { values: env, warnings } = readEnvironment(sources.env);
  const mistakes = [
    ...notYet(file.values, (key) => `${file.name}: ${key}`),
    ...notYet(env, envName),
    ...withoutNotYet(checkFile(file.values)).map((mistake) => ({ ...mistake, path: `${file.name}: ${mistake.path}` })),
    ...withoutNotYet(checkEnv(env)).map((mistake) => ({ ...mistake, path: envName(mistake.path) })),
  ];
  const given: ConfigFile = { ...file.values, ...env };
  const host = given.host ?? '127.0.0.1';
  if (!LOOPBACK.has(host))
    mistakes.push({ path: 'host' in env ? envName('host') : `${file.name}: host`, message: OPEN });
  if (mistakes.length > 0) throw invalid(mistakes);

  return {
    ...(given.database_url && { databaseUrl: given.database_url }),
    dataDir: resolve(sources.cwd, given.data_dir ?? '.eucora'),
    port: given.port ?? 8780,
    host,
    registry: resolve(sources.cwd, given.registry ?? 'eucora.registry.jsonl'),
    tenant: given.tenant ?? 'default',
    workers: given.workers ?? 8,
    artifactLimit: given.artifact_limit ?? 10 * 1024 ** 3,
    logLevel: given.log_level ?? 'info',
    warnings,
  };
}

const OPEN = 'is not a loopback address; without OIDC the host answers this machine only (127.0.0.1, ::1, localhost)';

const envName = (key: string): string => `${PREFIX}${key.toUpperCase()}`;

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
function readEnvironment(env: ConfigSources['env']): { values: Record<string, unknown>; warnings: string[] } {
  const values: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length).toLowerCase() : '';
    if (key === '' || value === undefined || value === '' || ELSEWHERE.has(key)) continue;
    const known = KEYS.includes(key) || NOT_YET.some(({ pattern }) => pattern.test(key));
    if (known || near(key, KEYS)) values[key] = value;
    else warnings.push(`${name} is not a setting of this host`);
  }
  return { values, warnings };
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

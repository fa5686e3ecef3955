import { EucoraError, SECRET_REFERENCE } from '@eucora/sdk';
import { loadPlugin } from '../plugins/load-plugin.js';
import type { Registration } from '../registry/registration.js';
import type { Registry } from '../registry/registry-file.js';
import type { RegisterBody } from '../wire/connector.js';
import type { Connectors, Standing } from './connectors.js';

/**
 * Loads the plugin, tries the configuration on it, records both with the hash of its files.
 *
 * @throws EucoraError `PLUGIN_LOAD_FAILED`, `PLUGIN_PORT_VERSION`, `CONFIG_INVALID`, `SECRET_REFERENCE_INVALID`, `CREDENTIAL_SHARED`;
 *   `INPUT_INVALID` for an id that cannot be the scheme of references; nothing is recorded then
 */
export async function register(
  body: RegisterBody,
  registry: Registry,
  host: Connectors,
  now: () => Date,
): Promise<Standing> {
  refuseSecrets(body.config ?? {});
  const { plugin, version, integrity } = await loadPlugin(body, registry.path);
  const before = registry.get(body.connector_id);
  const at = now().toISOString();
  const registration: Registration = {
    connector_id: body.connector_id,
    module: body.module,
    ...(body.class_name && { class_name: body.class_name }),
    enabled: body.enabled ?? before?.enabled ?? false,
    ...(body.auth_type && { auth_type: body.auth_type }),
    ...(body.scopes && { scopes: body.scopes }),
    kind: plugin.kind,
    version,
    integrity,
    config: body.config ?? {},
    created_at: before?.created_at ?? at,
    updated_at: at,
  };
  await host.tryOut(registration, plugin);
  return host.adopt(registration);
}

const CREDENTIAL = /(secret|password|passphrase|private_?key|api_?key|token)$/i;

/** The registry file holds no credentials: a field that is named like one must be a reference to one. */
function refuseSecrets(config: Readonly<Record<string, unknown>>, path = 'config'): void {
  for (const [name, value] of Object.entries(config)) {
    if (typeof value === 'object' && value !== null) refuseSecrets({ ...value }, `${path}.${name}`);
    if (typeof value !== 'string' || !CREDENTIAL.test(name) || SECRET_REFERENCE.test(value)) continue;
    throw new EucoraError('SECRET_REFERENCE_INVALID', {
      what: `${path}.${name} looks like the secret itself`,
      details: { fields: [{ path: `${path}.${name}`, message: 'must be a reference' }] },
    });
  }
}

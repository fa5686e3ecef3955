import type { InventoryDevice } from '@eucora/sdk';
import type { HostRow } from './wire.js';

const PLATFORMS = ['linux', 'windows', 'macos'];

/** A host is known to Ansible by its name, and so to the hub. */
export function toInventoryDevice(host: HostRow): InventoryDevice {
  const seen = host.ansible_facts_modified ?? host.summary_fields?.last_job?.finished;
  return {
    deviceId: host.name,
    name: host.name,
    platform: platformOf(host),
    ...(seen && { lastSeen: new Date(seen).toISOString() }),
  };
}

/** From the variable `eucora_platform`, or a group such as `tag_linux`; lists of hosts carry no facts. */
function platformOf({ variables = '', summary_fields: fields }: HostRow): string {
  const [, said] = /"?eucora_platform"?\s*:\s*"?([a-z]+)"?/.exec(variables) ?? [];
  if (said) return said;
  const words = (fields?.groups?.results ?? []).flatMap(({ name }) => name.toLowerCase().split(/[^a-z]+/));
  return PLATFORMS.find((platform) => words.includes(platform)) ?? 'unknown';
}

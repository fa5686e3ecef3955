import type { FleetDevice } from '@eucora/sdk/testing';

/** Landscape's language for machines, as far as it is simulated: `tag:`, `id:`, words for host names, and OR. */
export function selected(devices: readonly FleetDevice[], query: string): readonly FleetDevice[] {
  const branches = query
    .split(/\s+OR\s+/)
    .map((branch) => branch.split(/\s+/).filter(Boolean))
    .filter((terms) => terms.length > 0);
  if (branches.length === 0) return devices;
  return devices.filter((device) => branches.some((terms) => terms.every((term) => fits(device, term))));
}

/** The tags of a query that has nothing else. */
export const tagsIn = (query: string): readonly string[] => [...query.matchAll(/\btag:(\S+)/g)].map(([, tag]) => tag!);

/** Nothing for what the language does not have. */
export const isQuery = (query: string): boolean =>
  query
    .split(/\s+/)
    .every(
      (term) => /^(tag|id|hostname|title|distribution|access-group|alert):\S+$/.test(term) || /^[\w.-]*$/.test(term),
    );

const fits = (device: FleetDevice, term: string): boolean => {
  const [, selector, value] = /^(tag|id):(.+)$/.exec(term) ?? [];
  if (selector === 'tag') return device.groups.includes(value!);
  if (selector === 'id') return device.id === value;
  return `machine-${device.id}`.includes(term);
};

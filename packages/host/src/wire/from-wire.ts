import { EucoraError, ringOf, type Package, type RingName } from '@eucora/sdk';
import type { NewIntent } from '@eucora/engine';
import type { IntentBody, PackageBody, RingBody } from './index.js';

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A checked body in our own names. For bodies without maps whose keys are data. */
function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [camel(name), fromWire(field)]));
}

export const packageFromWire = (body: PackageBody): Package => fromWire(body) as Package;

/** @throws EucoraError `RING_UNKNOWN` */
export function ringFromWire(path: string, value: string | number): RingName {
  const ring = ringOf(value);
  if (ring) return ring;
  throw new EucoraError('RING_UNKNOWN', {
    what: `there is no ring ${JSON.stringify(value)}`,
    details: { fields: [{ path, message: 'is not a ring' }] },
  });
}

/** @throws EucoraError `RING_UNKNOWN`, `INPUT_INVALID` */
export const intentFromWire = (body: IntentBody): NewIntent => ({
  packageKey: body.package_key,
  planes: body.planes,
  rings: body.rings.map(intentRing),
  ...(body.id !== undefined && { id: body.id }),
  ...(body.purpose && { purpose: body.purpose }),
  ...(body.criticality && { criticality: body.criticality }),
  ...(body.on_failure && { onFailure: body.on_failure }),
  ...(body.remediate_compliance !== undefined && { remediateCompliance: body.remediate_compliance }),
});

const intentRing = (body: RingBody, at: number): NewIntent['rings'][number] => ({
  ring: nameOfRing(body, `rings[${at}]`),
  scopes: body.scopes,
  ...(body.success_threshold !== undefined && { successThreshold: body.success_threshold }),
  ...(body.time_to_compliance_hours !== undefined && { timeToComplianceHours: body.time_to_compliance_hours }),
  ...(body.size_limit !== undefined && { sizeLimit: body.size_limit }),
});

function nameOfRing({ ring, ring_number }: RingBody, path: string): RingName {
  const given = [ring, ring_number].filter((value) => value !== undefined);
  const named = given.map((value) => ringFromWire(`${path}.${ring === value ? 'ring' : 'ring_number'}`, value));
  if (named[0] && named.every((name) => name === named[0])) return named[0];
  const message = named[0] ? 'ring and ring_number name two rings' : 'is missing';
  throw new EucoraError('INPUT_INVALID', {
    what: `${path}.ring ${message}`,
    details: { fields: [{ path: `${path}.ring`, message }] },
  });
}

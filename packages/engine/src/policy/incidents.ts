import { EucoraError, type Incident } from '@eucora/sdk';
import type { IncidentView } from '../hub.js';
import { freshId } from '../ids.js';
import type { Parts } from '../parts.js';
import { isConflict } from '../conflict.js';

const streamOf = (id: string) => `incident:${id}`;

export async function reportIncident(
  parts: Parts,
  { packageName, what }: { readonly packageName: string; readonly what: string },
  by: string,
): Promise<IncidentView> {
  const now = parts.clock.now();
  const id = freshId(now);
  const incident: IncidentView = {
    id,
    packageName,
    what,
    reportedBy: by,
    reportedAt: now.toISOString(),
    status: 'OPEN',
  };
  const event = { type: 'INCIDENT_REPORTED', data: { id, packageName, what }, correlationId: id, actor: by };
  await parts.storage.events.append({
    writes: [{ stream: streamOf(id), expectedVersion: 0, events: [event] }],
    views: [{ collection: 'incidents', id, body: { ...incident } }],
  });
  return incident;
}

/** A second call finds it done. @throws EucoraError `INCIDENT_NOT_FOUND` */
export async function closeIncident(parts: Parts, id: string, note: string, by: string): Promise<IncidentView> {
  const incident = await parts.storage.views.get<IncidentView>('incidents', id);
  if (!incident) throw new EucoraError('INCIDENT_NOT_FOUND', { what: `there is no incident ${id}` });
  if (incident.status === 'CLOSED') return incident;
  const closed: IncidentView = { ...incident, status: 'CLOSED', closedBy: by, note };
  const event = { type: 'INCIDENT_CLOSED', data: { id, note }, correlationId: id, actor: by };
  try {
    await parts.storage.events.append({
      writes: [{ stream: streamOf(id), expectedVersion: 1, events: [event] }],
      views: [{ collection: 'incidents', id, body: { ...closed } }],
    });
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    return (await parts.storage.views.get<IncidentView>('incidents', id))!;
  }
  return closed;
}

export async function openIncidents(parts: Parts, packageName: string): Promise<readonly Incident[]> {
  const { items } = await parts.storage.views.list<IncidentView>('incidents', {
    where: { packageName, status: 'OPEN' },
  });
  return items.map(({ id, what, reportedBy, reportedAt }) => ({ id, what, reportedBy, reportedAt }));
}

import type { Context } from '@eucora/sdk';
import { until, EucoraError } from '@eucora/sdk';
import type { IntuneConfig } from './config.js';
import { idOf, type Graph } from './graph.js';
import type { ExportJob } from './wire.js';

const JOBS = '/deviceManagement/reports/exportJobs';

/** Columns are asked for by name, so that a new one of Microsoft's changes nothing. */
export const REPORT_COLUMNS = [
  'DeviceId',
  'UserPrincipalName',
  'AppVersion',
  'AppInstallState',
  'HexErrorCode',
  'LastModifiedDateTime',
] as const;

/**
 * Has Intune write the install states of one app (one row for each device and user) and fetches the zip with the CSV. The download
 * address is signed and gets no token.
 *
 * @returns the zip: a few MB for 100,000 devices
 */
export async function exportInstallStates(
  graph: Graph,
  ctx: Context,
  config: IntuneConfig,
  appId: string,
): Promise<Uint8Array> {
  const { body } = await graph.request<ExportJob>(ctx, {
    method: 'POST',
    url: JOBS,
    json: {
      reportName: 'DeviceInstallStatusByApp',
      filter: `(ApplicationId eq '${appId}')`,
      format: 'csv',
      select: REPORT_COLUMNS,
      localizationType: 'localizedValuesAsAdditionalColumn',
    },
    replayable: true,
    readOnlySafe: true,
    bodyRequired: true,
  });
  const id = idOf(body, 'the report export');
  const url = await until(
    ctx,
    { everyMs: config.reportPollMs, patienceMs: config.patienceMs, waitingFor: `the install states of app ${appId}` },
    () => downloadUrl(graph, ctx, id),
  );
  const report = await graph.storage.request<Uint8Array>(ctx, {
    method: 'GET',
    url,
    answer: 'bytes',
    anonymous: true,
    bodyRequired: true,
  });
  return report.body;
}

async function downloadUrl(graph: Graph, ctx: Context, id: string): Promise<string | undefined> {
  const { body } = await graph.request<ExportJob>(ctx, {
    method: 'GET',
    url: `${JOBS}/${encodeURIComponent(id)}`,
  });
  if (body.status === 'failed') {
    throw new EucoraError('PLANE_ERROR', {
      what: `Intune could not write the report ${id}`,
      details: { export_job: id },
    });
  }
  return body.status === 'completed' && body.url ? body.url : undefined;
}

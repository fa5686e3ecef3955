import {
  chanceOf,
  json,
  route,
  send,
  type Answer,
  type Exchange,
  type FleetState,
  type Route,
} from '@eucora/sdk/testing';
import type { Readable } from 'node:stream';
import yazl from 'yazl';
import { badRequest, notFound } from './answers.js';
import { excludedFrom, includedIn, softwareOf } from './assignments.js';
import { nameOf } from './directory-routes.js';
import { guidOf, type IntuneTenant, type SimApp, type SimExportJob } from './state.js';
import type { World } from './world.js';

type Here = Exchange<IntuneTenant>;
type Row = Readonly<Record<string, string>>;

const JOBS = '/v1.0/deviceManagement/reports/exportJobs';
const COLUMNS =
  'AppInstallState,AppInstallStateDetails,ApplicationId,AppVersion,AssignmentFilterIdsExist,DeviceId,DeviceName,ErrorCode,HexErrorCode,InstallState,InstallStateDetail,LastModifiedDateTime,Platform,UserId,UserName,UserPrincipalName'.split(
    ',',
  );
/** One device in ten has a second user, whose row is older. */
const SHARED = 0.1;

/** Report exports: DeviceInstallStatusByApp, as a zip with one CSV behind a signed address. */
export function reportRoutes(world: World): readonly Route<IntuneTenant>[] {
  const now = () => world.clock.now().getTime();

  const entity = (job: SimExportJob, origin: string) => {
    const age = now() - job.requestedAt;
    const completed = age >= world.delays.report;
    return {
      '@odata.context': `${origin}/v1.0/$metadata#deviceManagement/reports/exportJobs/$entity`,
      id: job.id,
      reportName: 'DeviceInstallStatusByApp',
      filter: job.filter,
      select: job.select,
      format: job.format,
      snapshotId: null,
      localizationType: 'localizedValuesAsAdditionalColumn',
      status: completed ? 'completed' : age > 0 ? 'inProgress' : 'notStarted',
      url: completed ? `${origin}/reports/${job.id}.zip?sv=2019-02-02&sr=b&sp=r&sig=${job.signature}` : null,
      requestDateTime: new Date(job.requestedAt).toISOString(),
      expirationDateTime: completed ? new Date(job.requestedAt + 6 * 3_600_000).toISOString() : '0001-01-01T00:00:00Z',
    };
  };

  const create = ({ body, state, origin }: Here): Answer => {
    const {
      reportName,
      filter,
      format = 'csv',
      select = [],
    } = (body ?? {}) as Partial<SimExportJob> & { reportName?: string };
    if (reportName !== 'DeviceInstallStatusByApp') return badRequest(`The report "${reportName}" is not known here.`);
    const appId = /^\(ApplicationId eq '([^']+)'\)$/.exec(filter ?? '')?.[1];
    if (!appId) return badRequest('The filter ApplicationId is required for this report.');
    const unknown = select.filter((name) => !COLUMNS.includes(name));
    if (unknown.length > 0) return badRequest(`The report has no column ${unknown.join(', ')}.`);
    if (format !== 'csv') return badRequest(`The format "${format}" is not simulated.`);
    const id = `DeviceInstallStatusByApp_${world.nextId('report')}`;
    const job = { id, appId, format, select, filter: filter!, requestedAt: now(), signature: guidOf(id, 'signature') };
    state.exportJobs.set(id, job);
    return json(201, entity(job, origin));
  };

  const read = ({ params, state, origin }: Here): Answer => {
    const job = state.exportJobs.get(params.job!);
    return job ? json(200, entity(job, origin)) : notFound(`The export job ${params.job}`);
  };

  const download = ({ params, query, state, headers }: Here): Answer => {
    const job = state.exportJobs.get(params.job!);
    if (headers.authorization) return send(400, 'InvalidAuthenticationInfo');
    if (!job || query.sig !== job.signature) return send(403, 'AuthenticationFailed');
    return send(200, zipOf(job, rows(world, state.apps.get(job.appId), job)), {
      'content-type': 'application/octet-stream',
    });
  };

  return [
    route('POST', JOBS, create, { reads: true }),
    route('GET', `${JOBS}/{job}`, read),
    route('GET', `${JOBS}('{job}')`, read, { unchecked: true }),
    route('GET', '/reports/{job}.zip', download, { open: true, unchecked: true }),
  ];
}

/** Only targeted devices have rows, and of those only such as were heard of. */
function* rows(world: World, app: SimApp | undefined, job: SimExportJob): Iterable<Row> {
  if (!app) return;
  const excluded = new Set(world.fleet.members(excludedFrom(app)).map(({ id }) => id));
  const told = new Set<string>();
  for (const group of includedIn(app)) {
    for (const state of world.fleet.states(softwareOf(world, app.id, group), [group])) {
      if (!state.lastSeen || excluded.has(state.deviceId) || told.has(state.deviceId)) continue;
      told.add(state.deviceId);
      if (chanceOf(world.seed, state.deviceId, 'shared') < SHARED) {
        yield rowOf(job, state, 'second', new Date(Date.parse(state.lastSeen) - 86_400_000), 'pending');
      }
      yield rowOf(job, state, 'first', new Date(state.lastSeen), state.status);
    }
  }
}

const WORDS: Readonly<Record<FleetState['status'], readonly [string, string]>> = {
  installed: ['1', 'Installed'],
  failed: ['2', 'Failed'],
  pending: ['5', 'Install Pending'],
  removed: ['0', 'Not installed'],
  absent: ['0', 'Not installed'],
};

function rowOf(job: SimExportJob, device: FleetState, user: string, at: Date, status: FleetState['status']): Row {
  const [state, text] = WORDS[status];
  const name = `${user}.user@example.test`;
  return {
    ApplicationId: job.appId,
    DeviceId: device.deviceId,
    DeviceName: nameOf({ id: device.deviceId }),
    Platform: 'Windows',
    UserPrincipalName: name,
    UserName: `User, ${user}`,
    AppVersion: '',
    AppInstallState: state,
    AppInstallState_loc: text,
    InstallState: state,
    HexErrorCode: status === 'failed' ? (device.errorCode ?? '0x80070643') : '0x00000000',
    LastModifiedDateTime: at.toISOString(),
  };
}

function zipOf(job: SimExportJob, all: Iterable<Row>): Readable {
  const columns = (job.select.length > 0 ? job.select : COLUMNS).flatMap((name) =>
    name === 'AppInstallState' ? [name, `${name}_loc`] : [name],
  );
  const lines = [columns.join(',')];
  for (const row of all) lines.push(columns.map((name) => quoted(row[name] ?? '')).join(','));
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(`${lines.join('\r\n')}\r\n`), `${job.id}.csv`, { mtime: new Date('2000-01-01T00:00:00Z') });
  zip.end();
  return zip.outputStream as Readable;
}

const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

import { startContender, type Running } from '../contender.js';
import type { Bench } from '../figure.js';
import { startHost } from '../grounds/host.js';
import { postgres, type Server } from '../grounds/postgres.js';
import type { Scope } from '../scope.js';

export const CLIENTS = 64;

export interface Intake {
  readonly server: Server;
  readonly databaseUrl: string;
  readonly bench: Bench;
}

export async function intake(bench: Bench, scope: Scope): Promise<Intake> {
  const server = await postgres(scope);
  return { server, databaseUrl: await server.database('hub'), bench };
}

/** Publishes accepted by the host over HTTP: signed in through OIDC, within the rate limit, with gates registered. */
export async function acceptedPublishes(
  { databaseUrl, bench }: Intake,
  scope: Scope,
  nodeArgs: readonly string[],
): Promise<Running> {
  const host = await startHost(scope, { databaseUrl, temporary: bench.temporary, nodeArgs, subjects: CLIENTS });
  return startContender('publish-requests', { ...host, clients: CLIENTS, seed: bench.seed });
}

/** Each accepted publish is claimed, tells two chained events and has its work recorded; otherwise the figure says nothing. */
export async function everythingIsRecorded({ server, databaseUrl }: Intake): Promise<string> {
  const { claims, runs, jobs, last } = await server.ask<Record<'claims' | 'runs' | 'jobs' | 'last', string>>(
    databaseUrl,
    `select (select count(*) from events where event_type = 'PUBLISH_REQUESTED') as claims,
            (select count(*) from events where event_type = 'RUN_QUEUED') as runs,
            (select count(*) from jobs) as jobs,
            (select max(position) - count(*) from events) as last`,
  );
  if (claims !== runs || runs !== jobs || last !== '0')
    throw new Error(`${claims} claims, ${runs} runs, ${jobs} jobs, ${last} gaps in the chain`);
  return `${claims} publishes accepted; as many claims, runs and jobs are in the database, the chain has no gap`;
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events, jobs, leases and views. Written for PostgreSQL 15. */
export class Storage1763683200000 implements MigrationInterface {
  readonly name = 'Storage1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `create table events (
     position bigint primary key,
     stream text collate "C" not null,
     version integer not null,
     correlation_id text collate "C" not null,
     event_type text not null,
     event_data jsonb not null,
     actor text not null,
     created_at timestamptz(3) not null,
     prev_hash text not null,
     hash text not null,
     constraint events_stream_version unique (stream, version)
   )`,
  `create index events_correlation on events (correlation_id, position)`,
  `create function refuse_to_change_events() returns trigger language plpgsql as $$
   begin
     raise exception 'events are append-only: % is refused', tg_op using errcode = 'restrict_violation';
   end $$`,
  `create trigger events_append_only before update or delete or truncate on events
     for each statement execute function refuse_to_change_events()`,
  // Also for sessions that play replica, which skip ordinary triggers.
  `alter table events enable always trigger events_append_only`,

  // One row a key. \`due_at\` is when it may be claimed: its start, or the end of its lease.
  `create table jobs (
     key text collate "C" primary key,
     priority integer not null,
     due_at timestamptz not null,
     again_at timestamptz,
     leased boolean not null default false,
     token bigint not null default 0,
     attempt integer not null default 0
   ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)`,
  `create index jobs_due on jobs (priority, due_at)`,

  `create table leases (
     name text collate "C" primary key,
     holder text not null,
     token bigint not null,
     until timestamptz not null
   )`,
  // Of jobs and leases alike, so that a token grows also when its row was gone in between.
  `create sequence fencing_tokens`,

  `create table views (
     collection text collate "C" not null,
     id text collate "C" not null,
     body jsonb not null,
     primary key (collection, id)
   )`,
  // The fields that lists of many rows are asked for by. A row without the field costs nothing.
  ...['intentId', 'packageName', 'status', 'state'].map(
    (field) =>
      `create index "views_${field}" on views (collection, (body -> '${field}'), id) where body -> '${field}' is not null`,
  ),
];

const DOWN = [
  `drop table views`,
  `drop sequence fencing_tokens`,
  `drop table leases`,
  `drop table jobs`,
  `drop table events`,
  `drop function refuse_to_change_events()`,
];

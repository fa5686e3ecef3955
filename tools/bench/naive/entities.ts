import { EntitySchema } from 'typeorm';

/** The four rows that a request leaves behind in the naive way: the body is in each of them. */
export interface IdempotencyKey {
  readonly key: string;
  readonly requestHash: string;
  readonly response: object;
}
export interface Deployment {
  readonly id: string;
  readonly intentId: string;
  readonly ring: string;
  readonly status: string;
  readonly request: object;
}
export interface AuditEvent {
  readonly id?: string;
  readonly correlationId: string;
  readonly type: string;
  readonly data: object;
  readonly actor: string;
}

const createdAt = { type: 'timestamptz', createDate: true, name: 'created_at' } as const;

export const idempotencyKeys = new EntitySchema<IdempotencyKey>({
  name: 'idempotency_key',
  columns: {
    key: { type: 'text', primary: true },
    requestHash: { type: 'text', name: 'request_hash' },
    response: { type: 'jsonb' },
  },
});

export const deployments = new EntitySchema<Deployment & { readonly createdAt?: Date }>({
  name: 'deployment',
  columns: {
    id: { type: 'text', primary: true },
    intentId: { type: 'text', name: 'intent_id' },
    ring: { type: 'text' },
    status: { type: 'text' },
    request: { type: 'jsonb' },
    createdAt,
  },
  indices: [{ columns: ['intentId'] }],
});

export const auditEvents = new EntitySchema<AuditEvent & { readonly createdAt?: Date }>({
  name: 'audit_event',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    correlationId: { type: 'text', name: 'correlation_id' },
    type: { type: 'text' },
    data: { type: 'jsonb' },
    actor: { type: 'text' },
    createdAt,
  },
  indices: [{ columns: ['correlationId'] }],
});

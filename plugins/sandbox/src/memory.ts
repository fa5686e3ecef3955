import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EucoraError, reasonOf, type Resource } from '@eucora/sdk';

/** The outcome of a create that came with a key. */
interface KeptOutcome {
  readonly digest: string;
  readonly outcome: Resource;
}

interface Tenant {
  /** Ids given so far. */
  named: number;
  readonly kinds: Map<string, Map<string, Resource>>;
  readonly outcomes: Map<string, KeptOutcome>;
}

/** The file form: tenants, and in each the records of each kind, by name. */
interface SavedTenant {
  readonly named: number;
  readonly records: Readonly<Record<string, readonly Resource[]>>;
  readonly outcomes: Readonly<Record<string, KeptOutcome>>;
}

/**
 * All that the sandbox knows, tenant by tenant; one never meets the records of another.
 *
 * With a file, a change is in the file before the call returns, so it survives a killed process (not a power cut: nothing
 * is synced). One process may use a file at a time.
 */
export class Memory {
  readonly #tenants = new Map<string, Tenant>();
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
  }

  /** Reads the file, if there is one. What was in memory before is forgotten for it. @throws EucoraError `CONFIG_INVALID` */
  load(): void {
    if (this.#file === undefined) return;
    const saved = readSaved(this.#file);
    this.#tenants.clear();
    for (const [tenantId, tenant] of Object.entries(saved)) this.#tenants.set(tenantId, fromSaved(tenant));
  }

  get(tenantId: string, kind: string, id: string): Resource | undefined {
    return this.#tenants.get(tenantId)?.kinds.get(kind)?.get(id);
  }

  /** In the order in which they were first put. */
  all(tenantId: string, kind: string): Iterable<Resource> {
    return this.#tenants.get(tenantId)?.kinds.get(kind)?.values() ?? [];
  }

  outcome(tenantId: string, kind: string, key: string): KeptOutcome | undefined {
    return this.#tenants.get(tenantId)?.outcomes.get(outcomeName(kind, key));
  }

  /** A name that the tenant has not been given before. */
  name(tenantId: string, kind: string): string {
    return `${kind}-${++this.#tenant(tenantId).named}`;
  }

  put(tenantId: string, kind: string, record: Resource, kept?: KeptOutcome & { readonly key: string }): void {
    const { kinds, outcomes } = this.#tenant(tenantId);
    const records = kinds.get(kind) ?? new Map<string, Resource>();
    const before = records.get(record.id);
    kinds.set(kind, records.set(record.id, record));
    if (kept) outcomes.set(outcomeName(kind, kept.key), { digest: kept.digest, outcome: kept.outcome });
    this.#save(() => {
      if (before) records.set(record.id, before);
      else records.delete(record.id);
      if (kept) outcomes.delete(outcomeName(kind, kept.key));
    });
  }

  remove(tenantId: string, kind: string, id: string): void {
    const records = this.#tenant(tenantId).kinds.get(kind);
    const before = records?.get(id);
    if (!records?.delete(id)) return;
    this.#save(() => records.set(id, before!));
  }

  #tenant(tenantId: string): Tenant {
    const known = this.#tenants.get(tenantId);
    if (known) return known;
    const fresh: Tenant = { named: 0, kinds: new Map(), outcomes: new Map() };
    this.#tenants.set(tenantId, fresh);
    return fresh;
  }

  /** A change that cannot be saved has not happened. */
  #save(undo: () => void): void {
    if (this.#file === undefined) return;
    try {
      const text = JSON.stringify(Object.fromEntries([...this.#tenants].map(([id, tenant]) => [id, toSaved(tenant)])));
      const fresh = `${this.#file}.${process.pid}.tmp`;
      writeFileSync(fresh, text, { mode: 0o600 });
      renameSync(fresh, this.#file);
    } catch (cause) {
      undo();
      const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
      throw new EucoraError(full ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE', {
        what: `the sandbox cannot write its stateFile: ${reasonOf(cause)}`,
        remedy: 'Make room for the stateFile, or name another one.',
        cause,
      });
    }
  }
}

const outcomeName = (kind: string, key: string) => JSON.stringify([kind, key]);

const toSaved = ({ named, kinds, outcomes }: Tenant): SavedTenant => ({
  named,
  records: Object.fromEntries([...kinds].map(([kind, records]) => [kind, [...records.values()]])),
  outcomes: Object.fromEntries(outcomes),
});

const fromSaved = ({ named, records, outcomes }: SavedTenant): Tenant => ({
  named,
  kinds: new Map(Object.entries(records).map(([kind, list]) => [kind, new Map(list.map((r) => [r.id, r]))])),
  outcomes: new Map(Object.entries(outcomes)),
});

const isSaved = (value: unknown): value is Readonly<Record<string, SavedTenant>> =>
  isRecord(value) &&
  Object.values(value).every(
    (tenant) =>
      isRecord(tenant) &&
      Number.isInteger(tenant.named) &&
      isRecord(tenant.outcomes) &&
      isRecord(tenant.records) &&
      Object.values(tenant.records).every(Array.isArray),
  );

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readSaved(file: string): Readonly<Record<string, SavedTenant>> {
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isSaved(saved)) return saved;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw notOurs(reasonOf(cause), cause);
  }
  throw notOurs('its fields are others');
}

const notOurs = (why: string, cause?: unknown) =>
  new EucoraError('CONFIG_INVALID', {
    what: `stateFile: not the memory of a sandbox: ${why}`,
    remedy: 'Name another stateFile, or remove this one to start with an empty sandbox.',
    cause,
  });

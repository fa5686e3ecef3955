import { reasonOf } from '@eucora/sdk';

export interface StorageHealth {
  readonly healthy: boolean;
  readonly detail?: string;
}

/** Whether this host takes work. */
export interface Readiness {
  readonly stopping: boolean;
  /** Called once, when the host begins to stop. */
  stop(): void;
  /** Whether the storage can be written to. Asked often, it looks once a second. */
  storage(): Promise<StorageHealth>;
}

const FRESH_MS = 1_000;
const PATIENCE_MS = 3_000;

/** @param ready proves that there is something to write to, or throws */
export function readiness(ready: () => Promise<void>, now: () => Date): Readiness {
  let stopping = false;
  let last: { readonly at: number; readonly health: Promise<StorageHealth> } | undefined;

  const look = (): Promise<StorageHealth> =>
    ready().then(
      () => ({ healthy: true }),
      (cause: unknown) => ({ healthy: false, detail: reasonOf(cause) }),
    );

  return {
    get stopping() {
      return stopping;
    },
    stop: () => void (stopping = true),
    storage() {
      const at = now().getTime();
      if (!last || at - last.at >= FRESH_MS) last = { at, health: Promise.race([look(), late()]) };
      return last.health;
    },
  };
}

const late = (): Promise<StorageHealth> =>
  new Promise((resolve) => {
    const detail = `the storage did not answer within ${PATIENCE_MS} ms`;
    setTimeout(() => resolve({ healthy: false, detail }), PATIENCE_MS).unref();
  });

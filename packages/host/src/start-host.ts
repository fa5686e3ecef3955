import { environmentAndFileSecrets, openStorage } from '@eucora/adapters';
import { reasonOf } from '@eucora/sdk';
import { realClock, type Clock, type Hub } from '@eucora/engine';
import type { DestinationStream, Logger } from 'pino';
import type { HostConfig } from './config/host-config.js';
import type { Connectors } from './connectors/connectors.js';
import { HOST, hostContainer } from './container.js';
import type { HostStorage } from './host-storage.js';
import { listen } from './http/listener.js';
import { tokenFileIn } from './http/local-token.js';
import type { Provider } from './identity/provider.js';
import { openLog } from './log.js';
import { observedStorage, type AppendObserver } from './observed-storage.js';
import { openSigningKeys } from './signing.js';
import type { Registry } from './registry/registry-file.js';
import { knownSecrets, remembering } from './secrets.js';

export interface HostOptions {
  readonly config: HostConfig;
  /** Where `env:` secrets are looked up. Default: the environment of the process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: what the configuration says. It is closed with the host. */
  readonly storage?: HostStorage;
  readonly clock?: Clock;
  readonly observeAppend?: AppendObserver;
  /** Default: stderr. */
  readonly logTo?: DestinationStream;
}

export interface RunningHost {
  readonly url: string;
  /** Where the local token is, while it lets anybody in. */
  readonly tokenFile: string;
  readonly hub: Hub;
  /** Stops taking requests, lets runs go so that the next start takes them up, closes everything. A second call waits for the first. */
  close(): Promise<void>;
}

const WORK_AGAIN_MS = 1_000;
const REVIVE_MS = 30_000;

/**
 * Starts everything, or leaves nothing behind.
 *
 * @throws EucoraError `DATA_DIR_IN_USE`, `STORAGE_UNAVAILABLE`, `CONFIG_INVALID`
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { config, clock = realClock } = options;
  const secrets = knownSecrets();
  const log = openLog(config.logLevel, secrets, options.logTo);
  const undo: (() => unknown)[] = [];
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= inReverse(undo, log));

  try {
    const storage = options.storage ?? (await openStorage({ ...config, log }));
    undo.push(() => storage.close());
    const ownSecrets = remembering(environmentAndFileSecrets(options.env), secrets);
    const host = hostContainer({
      config,
      log,
      clock,
      known: secrets,
      ownSecrets,
      signing: await openSigningKeys(config, ownSecrets),
      storage: options.observeAppend ? observedStorage(storage, options.observeAppend) : storage,
    });
    const token = host.get(HOST.token);
    if (token) secrets.add(token.value);
    const connectors = host.get(HOST.connectors);
    undo.push(() => connectors.stop());
    await connectors.start();
    report(log, config, host.get(HOST.registry), connectors);

    const metrics = host.get(HOST.metrics);
    undo.push(() => metrics.close());
    const hub = host.get(HOST.hub);
    const stop = new AbortController();
    const handler = host.get(HOST.handler);
    const listener = await listen((request, response) => void handler(request, response), config);
    const working = keepWorking(hub, config.workers, stop.signal, { clock, log });
    const reviving = keepReviving(connectors, stop.signal, clock);
    undo.push(() => {
      host.get(HOST.readiness).stop();
      stop.abort();
      return Promise.all([listener.close(), working, reviving]);
    });
    void warnUnknown(host.get(HOST.provider), log);
    log.info({ url: listener.url, data_dir: config.dataDir, workers: config.workers }, 'the host is ready');
    return { url: listener.url, tokenFile: tokenFileIn(config.dataDir), hub, close: end };
  } catch (cause) {
    await end();
    throw cause;
  }
}

/** Runs go on without the identity provider; requests are refused until it answers. */
async function warnUnknown(provider: Provider | undefined, log: Logger): Promise<void> {
  const health = await provider?.health();
  if (health?.healthy === false) log.warn({ reason: health.detail }, 'nobody can be known for now');
}

/** A worker that fails as a whole is a fault of ours or of the storage; the work is still there, so it is begun again. */
async function keepWorking(
  hub: Hub,
  concurrency: number,
  signal: AbortSignal,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<void> {
  while (concurrency > 0 && !signal.aborted) {
    await hub
      .work({ signal, concurrency })
      .catch((cause: unknown) => log.error({ err: cause, reason: reasonOf(cause) }, 'the workers stopped'));
    if (!signal.aborted) await clock.sleep(WORK_AGAIN_MS, signal).catch(() => undefined);
  }
}

/** A plane that was down when we started is taken in when it is back. */
async function keepReviving(connectors: Connectors, signal: AbortSignal, clock: Clock): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(REVIVE_MS, signal).catch(() => undefined);
    if (!signal.aborted) await connectors.revive();
  }
}

function report(
  log: Logger,
  config: HostConfig,
  registry: Pick<Registry, 'faults'>,
  connectors: Pick<Connectors, 'standing'>,
): void {
  for (const warning of config.warnings) log.warn({}, warning);
  for (const { error } of registry.faults())
    log.error({ reason: error.message }, 'a line of the registry was passed over');
  for (const { registration, state, problem } of connectors.standing()) {
    const fields = { connector_id: registration.connector_id, state, reason: problem?.message };
    if (state === 'failed') log.error(fields, 'a connector was left out');
    else log.info(fields, 'a connector');
  }
}

/** What was opened last is closed first. Every part gets its turn, also when one before it fails. */
async function inReverse(undo: readonly (() => unknown)[], log: Logger): Promise<void> {
  for (const close of [...undo].reverse()) {
    try {
      await close();
    } catch (cause) {
      log.error({ err: cause }, 'a part did not close cleanly');
    }
  }
}

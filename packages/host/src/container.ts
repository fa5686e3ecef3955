import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecretProvider } from '@eucora/sdk';
import { createHub, type Clock, type Hub, type Storage } from '@eucora/engine';
import { Container, type ServiceIdentifier } from 'inversify';
import type { Logger } from 'pino';
import type { HostConfig } from './config/host-config.js';
import { connectors, type Connectors } from './connectors/connectors.js';
import { app } from './http/app.js';
import { localToken, type LocalToken } from './http/local-token.js';
import { openMetrics, type Metrics } from './http/metrics.js';
import { readiness, type Readiness } from './http/readiness.js';
import { occasionFor } from './occasion.js';
import { openRegistry, type Registry } from './registry/registry-file.js';
import { countOf } from './routes/health.js';
import { routeTable } from './routes/table.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const token = <Part>(name: string) => Symbol(name) as ServiceIdentifier<Part>;

/** A storage that can say whether it can be written to. */
export interface HostStorage extends Storage {
  ready(): Promise<void>;
}

/** The parts of the host, by token. */
export const HOST = {
  config: token<HostConfig>('config'),
  log: token<Logger>('log'),
  clock: token<Clock>('clock'),
  secrets: token<SecretProvider>('secrets'),
  storage: token<HostStorage>('storage'),
  registry: token<Registry>('registry'),
  connectors: token<Connectors>('connectors'),
  hub: token<Hub>('hub'),
  token: token<LocalToken>('token'),
  readiness: token<Readiness>('readiness'),
  metrics: token<Metrics>('metrics'),
  handler: token<Handler>('handler'),
};

/** What has to be opened before anything can be wired. */
export interface Opened {
  readonly config: HostConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly secrets: SecretProvider;
  readonly storage: HostStorage;
}

/** The one place where the host is put together. Plugins are not in it: each has a container of its own. */
export function hostContainer(opened: Opened): Container {
  const host = new Container({ defaultScope: 'Singleton' });
  host.bind(HOST.config).toConstantValue(opened.config);
  host.bind(HOST.log).toConstantValue(opened.log);
  host.bind(HOST.clock).toConstantValue(opened.clock);
  host.bind(HOST.secrets).toConstantValue(opened.secrets);
  host.bind(HOST.storage).toConstantValue(opened.storage);

  host.bind(HOST.token).toResolvedValue((config: HostConfig) => localToken(config.dataDir), [HOST.config]);
  host.bind(HOST.registry).toResolvedValue((config: HostConfig) => openRegistry(config.registry), [HOST.config]);
  host
    .bind(HOST.connectors)
    .toResolvedValue(
      (config: HostConfig, registry: Registry, clock: Clock, log: Logger, secrets: SecretProvider, storage: Storage) =>
        connectors(
          registry,
          occasionFor({ tenantId: config.tenant, clock, log, secrets, artifacts: storage.blobs }),
          () => clock.now(),
        ),
      [HOST.config, HOST.registry, HOST.clock, HOST.log, HOST.secrets, HOST.storage],
    );
  host.bind(HOST.hub).toResolvedValue(
    (config: HostConfig, own: Connectors, clock: Clock, log: Logger, secrets: SecretProvider, storage: Storage) =>
      createHub({
        planes: own.planes,
        gates: own.gates,
        evidence: own.evidence,
        storage,
        clock,
        secrets,
        log,
        tenantId: config.tenant,
      }),
    [HOST.config, HOST.connectors, HOST.clock, HOST.log, HOST.secrets, HOST.storage],
  );
  host.bind(HOST.readiness).toResolvedValue(
    (storage: HostStorage, clock: Clock) =>
      readiness(
        () => storage.ready(),
        () => clock.now(),
      ),
    [HOST.storage, HOST.clock],
  );
  host.bind(HOST.metrics).toResolvedValue((own: Connectors) => openMetrics(() => countOf(own)), [HOST.connectors]);
  host.bind(HOST.handler).toDynamicValue(() => handlerOf(host));
  return host;
}

function handlerOf(host: Container): Handler {
  const clock = host.get(HOST.clock);
  const services = {
    hub: host.get(HOST.hub),
    storage: host.get(HOST.storage),
    connectors: host.get(HOST.connectors),
    registry: host.get(HOST.registry),
    readiness: host.get(HOST.readiness),
    metrics: host.get(HOST.metrics),
    artifactLimit: host.get(HOST.config).artifactLimit,
    now: () => clock.now(),
  };
  return app({
    routes: routeTable(services),
    token: host.get(HOST.token),
    readiness: services.readiness,
    metrics: services.metrics,
    log: host.get(HOST.log),
  });
}

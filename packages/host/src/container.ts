import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecretProvider } from '@eucora/sdk';
import { createHub, type Clock, type Hub, type Storage } from '@eucora/engine';
import { Container, type ServiceIdentifier } from 'inversify';
import type { Logger } from 'pino';
import type { HostConfig } from './config/host-config.js';
import type { HostStorage } from './host-storage.js';
import { connectors, type Connectors } from './connectors/connectors.js';
import { secretsByScheme } from './connectors/secret-stores.js';
import { app } from './http/app.js';
import { localToken, localTokenIsUsed, type LocalToken } from './http/local-token.js';
import { openMetrics, type Metrics } from './http/metrics.js';
import { readiness, type Readiness } from './http/readiness.js';
import { entranceOf } from './identity/entrance.js';
import { loginOf } from './identity/login.js';
import { identityProvider, type Provider } from './identity/provider.js';
import { maskedAnswers } from './masked-answers.js';
import { maskedEvidence, maskedGates } from './masked-plugins.js';
import { maskedStorage } from './masked-storage.js';
import { occasionFor } from './occasion.js';
import { openRegistry, type Registry } from './registry/registry-file.js';
import { countOf } from './routes/health.js';
import { readRiskWeights } from './risk-weights.js';
import { routeTable } from './routes/table.js';
import type { SigningKeys } from './signing.js';
import { remembering, type KnownSecrets } from './secrets.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const token = <Part>(name: string) => Symbol(name) as ServiceIdentifier<Part>;

/** The parts of the host, by token. */
export const HOST = {
  config: token<HostConfig>('config'),
  log: token<Logger>('log'),
  clock: token<Clock>('clock'),
  known: token<KnownSecrets>('known secrets'),
  /** `env:` and `file:`. */
  ownSecrets: token<SecretProvider>('own secrets'),
  /** Every reference there is. */
  secrets: token<SecretProvider>('secrets'),
  storage: token<HostStorage>('storage'),
  registry: token<Registry>('registry'),
  connectors: token<Connectors>('connectors'),
  hub: token<Hub>('hub'),
  /** None while it lets nobody in. */
  token: token<LocalToken | undefined>('token'),
  /** None without OIDC. */
  provider: token<Provider | undefined>('identity provider'),
  readiness: token<Readiness>('readiness'),
  metrics: token<Metrics>('metrics'),
  handler: token<Handler>('handler'),
};

/** What has to be opened before anything can be wired. */
export interface Opened {
  readonly config: HostConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly known: KnownSecrets;
  /** Resolves `env:` and `file:`; what it gives out is known from then on. */
  readonly ownSecrets: SecretProvider;
  readonly storage: HostStorage;
  readonly signing: SigningKeys;
}

/** The one place where the host is put together. Plugins are not in it: each has a container of its own. */
export function hostContainer(opened: Opened): Container {
  const host = new Container({ defaultScope: 'Singleton' });
  host.bind(HOST.config).toConstantValue(opened.config);
  host.bind(HOST.log).toConstantValue(opened.log);
  host.bind(HOST.clock).toConstantValue(opened.clock);
  host.bind(HOST.known).toConstantValue(opened.known);
  host.bind(HOST.ownSecrets).toConstantValue(opened.ownSecrets);
  const everySecret = secretsByScheme(opened.ownSecrets, () => host.get(HOST.connectors).secretStores);
  host.bind(HOST.secrets).toConstantValue(remembering(everySecret, opened.known));
  host.bind(HOST.storage).toConstantValue(maskedStorage(opened.storage, opened.known));

  host
    .bind(HOST.token)
    .toResolvedValue(
      (config: HostConfig) => (localTokenIsUsed(config) ? localToken(config.dataDir) : undefined),
      [HOST.config],
    );
  host
    .bind(HOST.provider)
    .toResolvedValue(({ oidc }: HostConfig) => (oidc ? identityProvider(oidc) : undefined), [HOST.config]);
  host.bind(HOST.registry).toResolvedValue((config: HostConfig) => openRegistry(config.registry), [HOST.config]);
  host
    .bind(HOST.connectors)
    .toResolvedValue(
      (
        config: HostConfig,
        registry: Registry,
        clock: Clock,
        log: Logger,
        secrets: SecretProvider,
        storage: Storage,
        ownSecrets: SecretProvider,
      ) =>
        connectors(
          registry,
          occasionFor({ tenantId: config.tenant, clock, log, secrets, artifacts: storage.blobs }),
          () => clock.now(),
          { secrets: ownSecrets, requiredGates: config.requiredGates },
        ),
      [HOST.config, HOST.registry, HOST.clock, HOST.log, HOST.secrets, HOST.storage, HOST.ownSecrets],
    );
  host.bind(HOST.hub).toResolvedValue(
    (config: HostConfig, own: Connectors, clock: Clock, log: Logger, secrets: SecretProvider, storage: Storage) =>
      createHub({
        planes: own.planes,
        gates: () => maskedGates(own.gates(), opened.known),
        evidence: () => maskedEvidence(own.evidence(), opened.known),
        storage,
        clock,
        secrets,
        log,
        tenantId: config.tenant,
        ...opened.signing,
        riskWeights: readRiskWeights(config.riskWeights),
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
  host.bind(HOST.handler).toDynamicValue(() => maskedAnswers(handlerOf(host), host.get(HOST.known)));
  return host;
}

function handlerOf(host: Container): Handler {
  const [clock, config] = [host.get(HOST.clock), host.get(HOST.config)];
  const services = {
    hub: host.get(HOST.hub),
    storage: host.get(HOST.storage),
    connectors: host.get(HOST.connectors),
    registry: host.get(HOST.registry),
    readiness: host.get(HOST.readiness),
    metrics: host.get(HOST.metrics),
    artifactLimit: config.artifactLimit,
    provider: host.get(HOST.provider),
    login: loginOf(config),
    now: () => clock.now(),
  };
  return app({
    routes: routeTable(services),
    entrance: entranceOf({
      config,
      token: host.get(HOST.token),
      provider: services.provider,
      events: services.storage.events,
      log: host.get(HOST.log),
      now: services.now,
    }),
    reach: config,
    readiness: services.readiness,
    metrics: services.metrics,
    log: host.get(HOST.log),
  });
}

import type { Hub, Storage } from '@eucora/engine';
import type { Connectors } from '../connectors/connectors.js';
import type { Metrics } from '../http/metrics.js';
import type { Readiness } from '../http/readiness.js';
import type { Provider } from '../identity/provider.js';
import type { Registry } from '../registry/registry-file.js';
import type { LoginAnswer } from '../wire/identity.js';

/** What the routes are made of. */
export interface Services {
  readonly hub: Hub;
  readonly storage: Pick<Storage, 'events' | 'blobs'>;
  readonly connectors: Connectors;
  readonly registry: Registry;
  readonly readiness: Readiness;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Bytes of one artifact. */
  readonly artifactLimit: number;
  /** None without OIDC. */
  readonly provider?: Pick<Provider, 'health'>;
  /** How to sign in. Default: by the local token. */
  readonly login?: LoginAnswer;
  now(): Date;
}

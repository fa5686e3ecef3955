import {
  EucoraError,
  type EvidenceProvider,
  type ExecutionPlane,
  type Log,
  type Package,
  type PolicyGate,
  type SecretProvider,
  type Signer,
} from '@eucora/sdk';
import { catalogue } from './catalogue.js';
import { packBlobs, readEvidence } from './evidence/pack.js';
import { haltIntent } from './halting.js';
import { runRows } from './history.js';
import type { Approval, Drift, Hub, IncidentView } from './hub.js';
import { listIntents, viewOf } from './intent-views.js';
import { connectingLazily } from './lazy-planes.js';
import { realClock } from './memory/clock.js';
import { ephemeralSigner } from './memory/signer.js';
import { memoryStorage } from './memory/storage.js';
import { DEFAULT_SETTINGS, type Parts, type PlaneDirectory, type Settings } from './parts.js';
import { planPublish } from './plans/planning.js';
import { decide } from './policy/approvals.js';
import { closeIncident, reportIncident } from './policy/incidents.js';
import { DEFAULT_WEIGHTS, type RiskWeights } from './policy/risk-weights.js';
import { grantWaiver, listWaivers, revokeWaiver } from './policy/waivers.js';
import type { Clock } from './ports/clock.js';
import type { Storage } from './ports/storage.js';
import { nextRing } from './promotion.js';
import { reconcile } from './reconcile.js';
import { rollouts } from './rollouts.js';
import { verifyChain } from './verification.js';
import { worker } from './worker.js';
import { withOurNames } from './wire-names.js';

export interface HubOptions {
  /** By connector id, connected at first use; or a live directory of connected planes. */
  readonly planes: Readonly<Record<string, ExecutionPlane>> | PlaneDirectory;
  readonly gates?: readonly PolicyGate[] | (() => readonly PolicyGate[]);
  readonly evidence?: readonly EvidenceProvider[] | (() => readonly EvidenceProvider[]);
  /** Default: in memory, gone with the process. */
  readonly storage?: Storage;
  readonly clock?: Clock;
  /** Default: none; every reference is `SECRET_NOT_FOUND`. */
  readonly secrets?: SecretProvider;
  /** Default: silent. */
  readonly log?: Log;
  /** Signs packs, plans and waivers. Default: a key that is gone with the process. */
  readonly signer?: Signer;
  /** PEM (SPKI): public keys that signed before, still trusted. */
  readonly earlierKeys?: readonly string[];
  readonly riskWeights?: RiskWeights;
  readonly tenantId?: string;
  readonly settings?: Partial<Settings>;
}

/**
 * A hub in this process.
 *
 * @example
 * const hub = createHub({ planes: { intune }, gates: [freezeWindow(freezes)] });
 * await hub.publish(intent.id, { ring: 'lab' }, 'me');
 * await hub.settle();
 */
export function createHub(options: HubOptions): Hub {
  const clock = options.clock ?? realClock;
  const storage = options.storage ?? memoryStorage(clock);
  const parts = partsOf(options, clock, storage);
  const { views, events, blobs } = storage;
  const known = catalogue(parts);
  const runs = rollouts(parts, known);
  const hands = worker(parts, known);

  return {
    addArtifact: (bytes, expected) => blobs.put(bytes, expected),
    artifact: (sha256) => blobs.open(sha256),
    addPackage: known.addPackage,
    packages: (request) => views.list<Package>('packages', request),
    attach: known.attach,
    createIntent: known.createIntent,
    intent: async (id) => viewOf(await known.intent(id), await runRows(parts, { kind: 'publish', intentId: id })),
    intents: (request = {}) => listIntents(parts, request),

    plan: async (intentId, request, by) => planPublish(parts, known, await known.intent(intentId), request, by),
    publish: async (intentId, request, by) => runs.publish(await known.intent(intentId), request, by),
    async promote(intentId, request, by) {
      const intent = await known.intent(intentId);
      return runs.publish(intent, { ...request, ring: await nextRing(parts, intent, request.correlationId) }, by);
    },
    async halt(intentId, { reason }, by) {
      await known.intent(intentId);
      const stopped = await haltIntent(parts, known, intentId, { reason, by }, hands.interrupt);
      return Promise.all(stopped.map(runs.status));
    },
    rollback: runs.rollback,
    status: runs.status,

    reconcile: (request, by) => reconcile(parts, known, { ...request, by }),
    drift: ({ status, ...page } = {}) => views.list<Drift>('drift', { ...page, ...(status && { where: { status } }) }),
    approvals: ({ status, ...page } = {}) =>
      views.list<Approval>('approvals', { ...page, ...(status && { where: { status } }) }),
    approve: (id, request, by) => decide(parts, known, id, { decision: 'approve', ...request, by }),
    reject: (id, request, by) => decide(parts, known, id, { decision: 'reject', ...request, by }),
    grantWaiver: (waiver, by) => grantWaiver(parts, waiver, by),
    revokeWaiver: (id, { reason }, by) => revokeWaiver(parts, id, reason, by),
    waivers: (request = {}) => listWaivers(parts, request),
    reportIncident: (incident, by) => reportIncident(parts, incident, by),
    closeIncident: (id, { note }, by) => closeIncident(parts, id, note, by),
    incidents: ({ status, ...page } = {}) =>
      views.list<IncidentView>('incidents', { ...page, ...(status && { where: { status } }) }),
    evidence: (digest) => readEvidence(parts, digest),
    evidenceFiles: (digest) => packBlobs(parts, digest),
    publicKeys: parts.trustedKeys,

    events: (request) => events.readAll(request),
    verify: () => verifyChain(events),
    work: ({ signal, concurrency = 8 }) => hands.work(signal, concurrency),
    settle: hands.drain,
  };
}

function partsOf(options: HubOptions, clock: Clock, storage: Storage): Parts {
  const log = options.log ?? SILENT;
  const signer = options.signer ?? ephemeralSigner();
  const base = {
    gates: listOf(options.gates),
    evidence: listOf(options.evidence),
    storage: { ...storage, events: withOurNames(storage.events), close: () => storage.close() },
    clock,
    secrets: options.secrets ?? NO_SECRETS,
    log,
    signer,
    trustedKeys: [signer.publicKey, ...(options.earlierKeys ?? [])],
    riskWeights: options.riskWeights ?? DEFAULT_WEIGHTS,
    tenantId: options.tenantId ?? 'default',
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
  };
  const planes = isDirectory(options.planes) ? options.planes : connectingLazily(options.planes);
  return { ...base, planes };
}

const listOf =
  <Item>(given: readonly Item[] | (() => readonly Item[]) | undefined) =>
  (): readonly Item[] =>
    typeof given === 'function' ? given() : (given ?? []);

const isDirectory = (planes: HubOptions['planes']): planes is PlaneDirectory =>
  typeof planes['get'] === 'function' && typeof planes['ids'] === 'function';

const NO_SECRETS: SecretProvider = {
  async resolve(reference) {
    throw new EucoraError('SECRET_NOT_FOUND', { what: `no secret provider was given to look up ${reference}` });
  },
};

const quiet = () => {};
const SILENT: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

import {
  EucoraError,
  toEucoraError,
  type Connector,
  type EvidenceProvider,
  type ExecutionPlane,
  type Heartbeat,
  type Plugin,
  type PolicyGate,
  type SecretProvider,
} from '@eucora/sdk';
import type { PlaneDirectory } from '@eucora/engine';
import type { Registration } from '../registry/registration.js';
import type { Registry } from '../registry/registry-file.js';
import { PLUGIN } from '../plugins/plugin-container.js';
import type { Neighbour } from './exclusive.js';
import { bringDown, bringUp, build, isConnector, type Occasion, type Running } from './lifecycle.js';
import { inTime } from './patience.js';
import { gatesToAsk } from './required-gates.js';
import { storesNamedIn, type SecretStores } from './secret-stores.js';
import { turns } from './turns.js';

export type State = 'connected' | 'disabled' | 'failed';

/** A registration, and how it is doing here. */
export interface Standing {
  readonly registration: Registration;
  readonly state: State;
  readonly running?: Running;
  /** Why it does not run, or what it cannot do without. */
  readonly problem?: EucoraError;
}

/** The plugins of this host: what the registry says, made true, now and whenever it changes. */
export interface Connectors {
  /** Brings up what is enabled, secret providers first. What fails is left out and keeps its reason. */
  start(): Promise<void>;
  /** Tries again what failed for a reason that passes. */
  revive(): Promise<void>;
  /** Lets go of everything, the registry's word untouched. */
  stop(): Promise<void>;
  standing(): readonly Standing[];
  /** @throws EucoraError `CONNECTOR_NOT_FOUND` */
  get(id: string): Standing;
  /** Builds it and drops it. @throws EucoraError whatever keeps it from being built */
  tryOut(registration: Registration, plugin: Plugin): Promise<void>;
  /** The registration is already tried; it is recorded, and what ran under its id is replaced. */
  adopt(registration: Registration): Promise<Standing>;
  /** @throws EucoraError `CONNECTOR_NOT_FOUND`, and whatever keeps it from running: then it stays as it was */
  enable(id: string): Promise<Standing>;
  disable(id: string): Promise<Standing>;
  /** An unhealthy plane is an answer. @throws EucoraError `CONNECTOR_NOT_FOUND`, `NOT_CONNECTED`, `CAPABILITY_MISSING` */
  heartbeat(id: string): Promise<Heartbeat>;
  readonly planes: PlaneDirectory;
  /** With one that denies for each that is enabled or required, and does not run. */
  gates(): readonly PolicyGate[];
  evidence(): readonly EvidenceProvider[];
  readonly secretStores: SecretStores;
}

export interface ConnectorsOptions {
  /** Where secret providers find their own credentials: resolves `env:` and `file:`. */
  readonly secrets?: SecretProvider;
  /** Connector ids of gates without which nothing is published. */
  readonly requiredGates?: readonly string[];
}

const CHECK_MS = 30_000;

export function connectors(
  registry: Registry,
  occasion: Occasion,
  now: () => Date,
  { secrets, requiredGates = [] }: ConnectorsOptions = {},
): Connectors {
  const running = new Map<string, Running>();
  const problems = new Map<string, EucoraError>();
  const inTurn = turns();

  const registered = (id: string): Registration => {
    const registration = registry.get(id);
    if (registration) return registration;
    throw new EucoraError('CONNECTOR_NOT_FOUND', { what: `no connector is registered as ${id}` });
  };

  const get = (id: string): Standing => {
    const registration = registered(id);
    const [runs, problem] = [running.get(id), problems.get(id)];
    if (!runs)
      return { registration, state: registration.enabled ? 'failed' : 'disabled', ...(problem && { problem }) };
    const without = storesNamedIn(registration.config, storeIds()).find((store) => !running.has(store));
    return { registration, state: 'connected', running: runs, ...(without && { problem: storeless(without) }) };
  };

  const storeIds = () => ofKind('secrets').map(({ connector_id }) => connector_id);

  const storeless = (store: string): EucoraError => {
    const why = registered(store).enabled
      ? `does not run: ${problems.get(store)?.message ?? 'not yet'}`
      : 'is disabled';
    return new EucoraError('SECRET_STORE_UNAVAILABLE', { what: `the secret provider ${store} ${why}` });
  };

  const neighboursOf = (id: string): readonly Neighbour[] =>
    registry.current().flatMap(({ connector_id, enabled, config }) => {
      if (!enabled || connector_id === id) return [];
      const runs = running.get(connector_id);
      const exclusive = runs?.plugin.exclusive?.(runs.container.get(PLUGIN.config)) ?? [];
      return [{ id: connector_id, config, exclusive }];
    });

  const up = async (registration: Registration): Promise<Running> => {
    const id = registration.connector_id;
    try {
      const fresh = await bringUp(registration, registry.path, neighboursOf(id), occasion, secrets);
      problems.delete(id);
      return fresh;
    } catch (cause) {
      const problem = toEucoraError(cause);
      problems.set(id, problem);
      throw problem;
    }
  };

  /** At no instant is there neither. */
  const swap = async (id: string, fresh?: Running): Promise<void> => {
    const old = running.get(id);
    if (fresh) running.set(id, fresh);
    else running.delete(id);
    if (old) await bringDown(old, occasion);
  };

  /** The new one is up before its line is written, and the line is written before the old one goes. */
  const replace = async (registration: Registration): Promise<Standing> => {
    const id = registration.connector_id;
    const fresh = registration.enabled ? await up(registration) : undefined;
    try {
      registry.append(registration);
    } catch (cause) {
      if (fresh) await bringDown(fresh, occasion);
      throw cause;
    }
    if (!fresh) problems.delete(id);
    await swap(id, fresh);
    return get(id);
  };

  const set = (id: string, enabled: boolean): Promise<Standing> =>
    inTurn(id, async () => {
      const registration = registered(id);
      if (registration.enabled === enabled && running.has(id) === enabled) return get(id);
      return replace({ ...registration, enabled, updated_at: now().toISOString() });
    });

  /** What should run and does not. A failure is kept as the connector's problem, and stops no other. */
  const upAll = async (wanted: (id: string) => boolean): Promise<void> => {
    const bring = ({ connector_id: id }: Registration) =>
      inTurn(id, async () => {
        const registration = registered(id);
        if (registration.enabled && !running.has(id) && wanted(id)) running.set(id, await up(registration));
      });
    const isStore = ({ kind }: Registration) => kind === 'secrets';
    const all = registry.current();
    await Promise.allSettled(all.filter(isStore).map(bring));
    await Promise.allSettled(all.filter((one) => !isStore(one)).map(bring));
  };

  const instances = <Kind>(kind: string): Kind[] =>
    [...running.values()].filter(({ plugin }) => plugin.kind === kind).map(({ instance }) => instance as Kind);

  const ofKind = (kind: string) => registry.current().filter((one) => one.kind === kind);

  const planeIds = () => [...running].filter(([, { plugin }]) => plugin.kind === 'plane').map(([id]) => id);

  return {
    start: () => upAll(() => true),
    revive: () => upAll((id) => problems.get(id)?.errorClass === 'transient'),
    async stop() {
      await Promise.all([...running.keys()].map((id) => inTurn(id, () => swap(id))));
    },
    standing: () => registry.current().map(({ connector_id }) => get(connector_id)),
    get,
    async tryOut(registration, plugin) {
      const tried = await build(registration, plugin, neighboursOf(registration.connector_id), secrets);
      tried.container.unbindAll();
    },
    adopt: (registration) => inTurn(registration.connector_id, () => replace(registration)),
    enable: (id) => set(id, true),
    disable: (id) => set(id, false),
    async heartbeat(id) {
      const { running: runs, state, problem } = get(id);
      if (!runs) throw notRunning(id, state, problem);
      if (!isConnector(runs))
        throw new EucoraError('CAPABILITY_MISSING', { what: `${id} is a ${runs.plugin.kind} and has no heartbeat` });
      const ctx = occasion(id, CHECK_MS);
      const began = now();
      return inTime(() => (runs.instance as Connector).check(ctx), ctx.signal).catch((cause: unknown) => ({
        healthy: false,
        detail: toEucoraError(cause).message,
        latencyMs: now().getTime() - began.getTime(),
        checkedAt: now().toISOString(),
      }));
    },
    planes: {
      ids: planeIds,
      get(id) {
        const found = running.get(id);
        if (found?.plugin.kind !== 'plane') return undefined;
        const { platforms } = found.plugin;
        return { plane: found.instance as ExecutionPlane, ...(platforms && { platforms }) };
      },
    },
    gates: () =>
      gatesToAsk(
        {
          registrations: registry.current(),
          running: (id) => running.get(id)?.instance as PolicyGate | undefined,
          problem: (id) => problems.get(id),
        },
        requiredGates,
      ),
    evidence: () => instances<EvidenceProvider>('evidence'),
    secretStores: {
      ids: storeIds,
      find(id) {
        if (!storeIds().includes(id)) return undefined;
        const found = running.get(id);
        if (!found) throw storeless(id);
        return found.instance as SecretProvider;
      },
    },
  };
}

const notRunning = (id: string, state: State, problem: EucoraError | undefined) =>
  new EucoraError('NOT_CONNECTED', {
    what: problem ? `${id} does not run: ${problem.message}` : `${id} is ${state}`,
    remedy: problem?.remedy ?? `Enable it: eucora connectors enable ${id}.`,
    ...(problem && { details: { code: problem.code } }),
  });

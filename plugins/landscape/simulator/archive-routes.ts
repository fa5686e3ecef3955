import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import {
  ALREADY_EXISTS,
  archiveError,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  NOT_FOUND,
  UNAVAILABLE,
} from './answers.js';
import { readDeb } from './deb.js';
import {
  iso,
  snapshotOf,
  type LandscapeAccount,
  type SimDeb,
  type SimLocal,
  type SimOperation,
  type SimPublication,
} from './state.js';
import type { World } from './world.js';

type Here = Exchange<LandscapeAccount>;
type Failure = NonNullable<SimOperation['error']>;

const ARCHIVE = '/debarchive/v1beta1';

/** The package archive (debarchive): local repositories and publications of them. */
export function archiveRoutes(world: World): readonly Route<LandscapeAccount>[] {
  const now = () => world.clock.now().getTime();

  const begin = (state: LandscapeAccount, takes: number, error?: Failure): SimOperation => {
    const operation = {
      id: `op-${world.nextId('operation')}`,
      startedAt: now(),
      doneAt: now() + takes,
      ...(error && { error }),
    };
    state.operations.set(operation.id, operation);
    return operation;
  };
  const isRunning = (state: LandscapeAccount, name: string) =>
    (state.operations.get(name.replace('operations/', ''))?.doneAt ?? 0) > now();
  const operationJson = ({ id, doneAt, error }: SimOperation) => {
    const done = doneAt <= now();
    return { name: `operations/${id}`, done, ...(done && (error ? { error } : { response: {} })) };
  };
  const localJson = (local: SimLocal) => {
    const times = local.packages.filter(({ at }) => at <= now()).map(({ at }) => at);
    return {
      name: `locals/${local.id}`,
      localId: local.id,
      displayName: local.displayName,
      comment: local.comment,
      defaultDistribution: local.defaultDistribution,
      defaultComponent: local.defaultComponent,
      lastOperation: local.lastOperation,
      lastImportTime: times.length > 0 ? iso(Math.max(...times)) : null,
    };
  };
  const publicationJson = (one: SimPublication) => {
    const current = snapshotOf(one, now());
    return {
      name: `publications/${one.id}`,
      publicationId: one.id,
      displayName: one.displayName,
      source: one.source,
      publicationTarget: 'publicationTargets/web',
      architectures: ['amd64'],
      lastOperation: one.lastOperation,
      publishTime: current ? iso(current.at) : null,
    };
  };
  const missing = (what: string) => archiveError(404, NOT_FOUND, `${what} not found`);

  const create = ({ state, body, query }: Here): Answer => {
    const id = query.localId ?? `local-${world.nextId('local')}`;
    if (state.locals.has(id)) return archiveError(409, ALREADY_EXISTS, `locals/${id} already exists`);
    const { displayName, comment = '', defaultDistribution, defaultComponent } = body as Record<string, string>;
    const local = {
      id,
      displayName,
      comment,
      defaultDistribution,
      defaultComponent,
      packages: [],
      lastOperation: '',
    } as SimLocal;
    state.locals.set(id, local);
    world.ledger().record('local_created', id);
    return json(200, localJson(local));
  };

  /** It really fetches the address, and looks into what it got. */
  const bringIn = async ({ state, params, body }: Here): Promise<Answer> => {
    const local = state.locals.get(params.local!);
    if (!local) return missing(`locals/${params.local}`);
    if (isRunning(state, local.lastOperation))
      return archiveError(400, FAILED_PRECONDITION, 'another import is in progress');
    const { url = '', validateOnly = false } = body as { url?: string; validateOnly?: boolean };
    if (!/^https?:/.test(url)) return archiveError(400, INVALID_ARGUMENT, 'the url must be http or https');
    const found = await fetched(url, now() + world.delays.import);
    const clash =
      'sha256' in found && local.packages.find((one) => sameName(one, found) && one.sha256 !== found.sha256);
    const failure =
      'sha256' in found
        ? clash
          ? { code: ALREADY_EXISTS, message: `conflict in package ${found.name}` }
          : undefined
        : found;
    const operation = begin(state, world.delays.import, failure);
    if (validateOnly) return json(200, operationJson(operation));
    local.lastOperation = `operations/${operation.id}`;
    if ('sha256' in found && !clash) {
      if (!local.packages.some((one) => sameName(one, found))) local.packages.push(found);
      world.ledger().record('package_imported', `${found.name}_${found.version}`, { sha256: found.sha256, url });
    }
    return json(200, operationJson(operation));
  };

  const publish = ({ state, params }: Here): Answer => {
    const one = state.publications.get(params.publication!);
    if (!one) return missing(`publications/${params.publication}`);
    if (isRunning(state, one.lastOperation))
      return archiveError(400, FAILED_PRECONDITION, 'a publication is in progress');
    const local = state.locals.get(one.source.replace('locals/', ''));
    if (!local) return archiveError(400, FAILED_PRECONDITION, `${one.source} does not exist`);
    const operation = begin(state, world.delays.publish);
    one.lastOperation = `operations/${operation.id}`;
    one.snapshots.push({ at: operation.doneAt, packages: local.packages.filter(({ at }) => at <= now()) });
    world.ledger().record('published', one.id);
    return json(200, operationJson(operation));
  };

  const packages = ({ state, params, query }: Here): Answer => {
    const local = state.locals.get(params.local!);
    if (!local) return missing(`locals/${params.local}`);
    const all = local.packages
      .filter(({ at }) => at <= now())
      .map((one) => `${one.name}_${one.version}_${one.architecture}`);
    const from = Number(query.pageToken ?? 0);
    const size = Math.min(1_000, Number(query.pageSize ?? 100));
    const more = from + size < all.length;
    return json(200, {
      localPackages: all.slice(from, from + size),
      ...(more && { nextPageToken: String(from + size) }),
    });
  };

  const one = <T>(shelf: (state: LandscapeAccount) => Map<string, T>, kind: string, shown: (value: T) => unknown) =>
    route<LandscapeAccount>('GET', `${ARCHIVE}/${kind}/{id}`, ({ state, params }) => {
      const value = shelf(state).get(params.id!);
      return value ? json(200, shown(value)) : missing(`${kind}/${params.id}`);
    });

  return [
    route('POST', `${ARCHIVE}/locals`, create),
    route('POST', `${ARCHIVE}/locals/{local}:importPackages`, bringIn, {
      reads: ({ body }) => (body as { validateOnly?: boolean } | undefined)?.validateOnly === true,
    }),
    route('GET', `${ARCHIVE}/locals/{local}/packages`, packages),
    route('POST', `${ARCHIVE}/publications/{publication}:publish`, publish),
    one((state) => state.locals, 'locals', localJson),
    one((state) => state.publications, 'publications', publicationJson),
    one((state) => state.operations, 'operations', operationJson),
  ];
}

/** In the repository at a moment, unless it cannot be fetched or is no package. */
async function fetched(url: string, at: number): Promise<SimDeb | Failure> {
  try {
    const response = await fetch(url);
    if (!response.ok) return { code: UNAVAILABLE, message: `${url}: ${response.status}` };
    const bytes = Buffer.from(await response.arrayBuffer());
    const [name, version, architecture] = basename(decodeURIComponent(new URL(url).pathname), '.deb').split('_');
    const isAr = bytes.toString('latin1', 0, 8) === '!<arch>\n';
    const control = isAr
      ? (readDeb(bytes) ?? { name: name!, version: version!, architecture: architecture ?? 'all' })
      : undefined;
    if (!control) return { code: INVALID_ARGUMENT, message: `${url} is no Debian package` };
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...control, sha256, size: bytes.length, at };
  } catch (cause) {
    return { code: UNAVAILABLE, message: `${url}: ${(cause as Error).message}` };
  }
}

const sameName = (a: SimDeb, b: SimDeb) =>
  a.name === b.name && a.version === b.version && a.architecture === b.architecture;

import { createHash } from 'node:crypto';
import { json, send, type Answer, type Route } from '@eucora/sdk/testing';
import { apiError, page } from './answers.js';
import type { Door, Here } from './door.js';
import { fileIn } from './multipart.js';
import { rsql, WrongQuery } from './rsql.js';
import { latest, put, type JamfState, type NodeName, type SimPackage } from './state.js';
import { viewOf, type World } from './world.js';

const PACKAGES = '/api/v1/packages';
const CLOUD = '/api/v1/cloud-distribution-point';
const FILTERS = [
  'id',
  'fileName',
  'packageName',
  'categoryId',
  'info',
  'notes',
  'manifestFileName',
  'cloudTransferStatus',
];
/** What the server alone sets. */
const OWNED = ['id', 'indexed', 'cloudTransferStatus', 'size', 'hashType', 'hashValue'];

export function packageRoutes(world: World, door: Door): readonly Route<JamfState>[] {
  const now = () => world.clock.now().getTime();

  const processed = ({ upload }: SimPackage): boolean =>
    upload !== undefined &&
    now() >= Math.min(upload.at + world.delays.processing, (upload.refreshedAt ?? Infinity) + world.delays.looking);

  const entity = (one: SimPackage): Readonly<Record<string, unknown>> => ({
    ...one.fields,
    id: one.id,
    indexed: false,
    // Only READY is known of the real server; what it says before is anybody's guess.
    cloudTransferStatus: processed(one) ? 'READY' : one.upload ? 'PENDING' : '',
    size: one.upload ? `${Math.ceil(one.upload.bytes / 1024)}KB` : null,
    hashType: processed(one) ? 'SHA3_512' : '',
    hashValue: processed(one) ? one.upload!.sha3 : '',
  });

  const list = (exchange: Here, node: NodeName): Answer => {
    try {
      const fits = rsql(exchange.query.filter ?? '', FILTERS);
      const all = viewOf(world, node).all(exchange.state.packages).map(entity);
      const rows = all.filter((one) => fits(Object.fromEntries(FILTERS.map((name) => [name, textOf(one[name])]))));
      return page(rows, exchange);
    } catch (cause) {
      if (cause instanceof WrongQuery) return apiError(400, 'INVALID_FILTER', cause.message, 'filter');
      throw cause;
    }
  };

  const create = ({ body, state, origin }: Here, node: NodeName): Answer => {
    const fields = settable(body);
    for (const field of ['packageName', 'fileName'] as const) {
      const taken = latest(state.packages).some((one) => same(one.fields[field], fields[field]));
      if (taken) return apiError(400, 'DUPLICATE_FIELD', `Duplicate field: ${fields[field]}`, field);
    }
    const id = world.nextId('package');
    put(state.packages, id, { id, fields }, now(), node);
    world.ledger().record('package_created', id, { packageName: fields.packageName });
    return json(201, { id, href: `${origin}${PACKAGES}/${id}` });
  };

  const withPackage =
    (handle: (one: SimPackage, exchange: Here, node: NodeName) => Answer) => (exchange: Here, node: NodeName) => {
      const one = viewOf(world, node).one(exchange.state.packages, exchange.params.id!);
      return one
        ? handle(one, exchange, node)
        : apiError(404, 'INVALID_ID', 'The specified package could not be found', 'id');
    };

  const change = withPackage((one, { body, state }, node) => {
    const next = { ...one, fields: settable(body) };
    put(state.packages, one.id, next, now(), node);
    return json(200, entity(next));
  });

  const upload = withPackage((one, { body, headers, state, origin }, node) => {
    if (!world.takesUploads) return apiError(400, 'UPLOAD_NOT_SUPPORTED', 'No cloud distribution point takes uploads');
    const file = fileIn(body, headers['content-type']);
    if (!file) return apiError(400, 'INVALID_FIELD', 'The file is missing', 'file');
    if (file.name !== one.fields.fileName) return apiError(400, 'INVALID_FIELD', 'The file has another name', 'file');
    const digest = (algorithm: string) => createHash(algorithm).update(file.bytes).digest('hex');
    const taken = { at: now(), bytes: file.bytes.length, sha256: digest('sha256'), sha3: digest('sha3-512') };
    put(state.packages, one.id, { ...one, upload: taken }, now(), node);
    world.ledger().record('package_uploaded', one.id, { sha256: taken.sha256 });
    return json(201, { id: one.id, href: `${origin}${PACKAGES}/${one.id}` });
  });

  const remove = withPackage((one, { state }, node) => {
    put(state.packages, one.id, undefined, now(), node);
    world.ledger().record('package_deleted', one.id);
    return send(204);
  });

  const refresh = ({ query, state }: Here, node: NodeName): Answer => {
    const one = latest(state.packages).find(({ fields }) => fields.fileName === query['file-name']);
    if (one?.upload && one.upload.refreshedAt === undefined) {
      put(state.packages, one.id, { ...one, upload: { ...one.upload, refreshedAt: now() } }, now(), node);
    }
    return send(204);
  };

  return [
    door('GET', PACKAGES, 'Read Packages', list),
    door('POST', PACKAGES, 'Create Packages', create),
    door(
      'GET',
      `${PACKAGES}/{id}`,
      'Read Packages',
      withPackage((one) => json(200, entity(one))),
    ),
    door('PUT', `${PACKAGES}/{id}`, 'Update Packages', change),
    door('DELETE', `${PACKAGES}/{id}`, 'Delete Packages', remove),
    door('POST', `${PACKAGES}/{id}/upload`, 'Update Packages', upload),
    door('POST', `${CLOUD}/refresh-inventory`, 'Read Cloud Distribution Point', refresh),
    door('GET', `${CLOUD}/upload-capability`, undefined, () =>
      json(200, { principalDistributionTechnology: world.takesUploads, directUploadCapable: world.takesUploads }),
    ),
    door('GET', '/api/v1/jamf-pro-version', undefined, () => json(200, { version: world.version })),
  ];
}

const settable = (body: unknown) =>
  Object.fromEntries(Object.entries(body as object).filter(([name]) => !OWNED.includes(name))) as SimPackage['fields'];

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

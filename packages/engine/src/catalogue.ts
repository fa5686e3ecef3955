import {
  canonicalJson,
  DEFAULT_RINGS,
  EucoraError,
  isEucoraError,
  packageKey,
  PLATFORMS,
  ringNumber,
  type EvidenceDocument,
  type Intent,
  type IntentRing,
  type Package,
} from '@eucora/sdk';
import type { NewIntent } from './hub.js';
import { freshId, requireId } from './ids.js';
import type { Parts } from './parts.js';
import { checkDocument, checkIntent, checkPackage } from './validation.js';

export interface Catalogue {
  addPackage(pkg: Package, by: string): Promise<Package>;
  package(key: string): Promise<Package>;
  /** The package with every document that was attached to it since. */
  documented(pkg: Package): Promise<Package>;
  /** Adds a document to what is known of a package. Adding it again changes nothing. */
  attach(key: string, document: EvidenceDocument, by: string): Promise<Package>;
  /** Who added the package. */
  packagedBy(pkg: Package): Promise<string>;
  /** What the intent wants on that plane. */
  packageFor(intent: Intent, plane: string): Promise<Package>;
  createIntent(request: NewIntent, by: string): Promise<Intent>;
  intent(id: string): Promise<Intent>;
}

/** Packages and intents: they never change once recorded, so what was read once is kept. Only documents are added to a package later. */
export function catalogue(parts: Parts): Catalogue {
  const additions = remembering((key: string) => readFirstEvent<Package>(parts, `package:${key}`));
  const packages = async (key: string) => (await additions(key))?.data;
  const intents = remembering((id: string) => readFirst<Intent>(parts, `intent:${id}`));

  const findPackage = async (key: string) =>
    (await packages(key)) ?? missing('PACKAGE_NOT_FOUND', `package ${key} was never added`);

  const documented = async (pkg: Package): Promise<Package> => {
    const later = (await parts.storage.events.readStream(`package:${packageKey(pkg)}`)).slice(1);
    const attached = later.filter(({ type }) => type === DOCUMENT_ATTACHED).map(({ data }) => data as EvidenceDocument);
    return attached.length > 0 ? { ...pkg, documents: [...(pkg.documents ?? []), ...attached] } : pkg;
  };

  /** A key without a platform stands for the package of each platform. @throws EucoraError `PACKAGE_NOT_FOUND`, `PACKAGE_AMBIGUOUS` */
  const packageOn = async (plane: string, key: string): Promise<Package> => {
    if (PLATFORMS.some((platform) => key.endsWith(`/${platform}`))) return findPackage(key);
    const wanted = requirePlane(parts, plane).platforms ?? PLATFORMS;
    const found = await Promise.all(wanted.map((platform) => packages(`${key}/${platform}`)));
    const [only, ...others] = found.filter((pkg) => pkg !== undefined);
    if (!only)
      return missing('PACKAGE_NOT_FOUND', `${key} was never added for ${wanted.join(' or ')}, which ${plane} manages`);
    if (others.length === 0) return only;
    throw new EucoraError('PACKAGE_AMBIGUOUS', {
      what: `${plane} could take ${[only, ...others].map(packageKey).join(' or ')}`,
      details: { plane },
    });
  };

  /** The first to record a key wins; recording the same again finds it done. */
  const record = async <Value>(
    stream: string,
    type: string,
    collection: string,
    id: string,
    value: Value,
    by: string,
  ) => {
    const event = { type, data: value, correlationId: freshId(parts.clock.now()), actor: by };
    try {
      await parts.storage.events.append({
        writes: [{ stream, expectedVersion: 0, events: [event] }],
        views: [{ collection, id, body: value as Record<string, unknown> }],
      });
      return value;
    } catch (cause) {
      if (!isEucoraError(cause) || cause.code !== 'VERSION_CONFLICT') throw cause;
      return (await readFirst<Value>(parts, stream))!;
    }
  };

  return {
    async addPackage(pkg, by) {
      checkPackage(pkg);
      for (const artifact of [pkg.artifact, ...(pkg.sbom ? [pkg.sbom] : []), ...(pkg.documents ?? [])])
        await requireArtifact(parts, artifact);
      const key = packageKey(pkg);
      const recorded = await record(`package:${key}`, 'PACKAGE_ADDED', 'packages', key, pkg, by);
      if (canonicalJson(recorded) === canonicalJson(pkg)) return recorded;
      throw new EucoraError('PACKAGE_EXISTS', {
        what: `${key} was added before, with other content`,
        details: { package_key: key },
      });
    },

    package: findPackage,
    documented,
    packagedBy: async (pkg) => (await additions(packageKey(pkg)))!.actor,

    async attach(key, document, by) {
      checkDocument(document);
      await requireArtifact(parts, document);
      const pkg = await documented(await findPackage(key));
      if ((pkg.documents ?? []).some((known) => canonicalJson(known) === canonicalJson(document))) return pkg;
      const stream = `package:${key}`;
      const { length } = await parts.storage.events.readStream(stream);
      const attached: Package = { ...pkg, documents: [...(pkg.documents ?? []), document] };
      const event = { type: DOCUMENT_ATTACHED, data: document, correlationId: freshId(parts.clock.now()), actor: by };
      try {
        await parts.storage.events.append({
          writes: [{ stream, expectedVersion: length, events: [event] }],
          views: [{ collection: 'packages', id: key, body: { ...attached } }],
        });
      } catch (cause) {
        if (!isEucoraError(cause) || cause.code !== 'VERSION_CONFLICT') throw cause;
        return this.attach(key, document, by);
      }
      return attached;
    },

    packageFor: (intent, plane) => findPackage(intent.packages[plane] ?? intent.packageKey),

    async createIntent(request, by) {
      checkIntent(request);
      const chosen: Record<string, string> = {};
      for (const plane of request.planes) {
        const pkg = await packageOn(plane, request.packageKey);
        requirePlaneFor(parts, plane, pkg);
        chosen[plane] = packageKey(pkg);
      }
      const intent = intentFrom(request, chosen, by, parts.clock.now());
      const recorded = await record(`intent:${intent.id}`, 'INTENT_CREATED', 'intents', intent.id, intent, by);
      const same = (value: Intent) => canonicalJson({ ...value, createdAt: '', requestedBy: '' });
      if (same(recorded) === same(intent)) return recorded;
      throw new EucoraError('IDEMPOTENCY_CONFLICT', { what: `intent ${intent.id} exists and says something else` });
    },

    intent: async (id) => (await intents(id)) ?? missing('INTENT_NOT_FOUND', `there is no intent ${id}`),
  };
}

function intentFrom(request: NewIntent, packages: Intent['packages'], by: string, now: Date): Intent {
  return {
    id: requireId('id', request.id ?? freshId(now)),
    packageKey: request.packageKey,
    planes: [...new Set(request.planes)],
    packages,
    purpose: request.purpose ?? 'required',
    criticality: request.criticality ?? 'standard',
    rings: request.rings
      .map((ring): IntentRing => ({ ...DEFAULT_RINGS[ring.ring], ...ring }))
      .sort((a, b) => ringNumber(a.ring) - ringNumber(b.ring)),
    onFailure: request.onFailure ?? 'rollback',
    remediateCompliance: request.remediateCompliance ?? false,
    requestedBy: by,
    createdAt: now.toISOString(),
  };
}

async function requireArtifact(parts: Parts, { sha256, size, fileName }: Package['artifact']): Promise<void> {
  const stored = await parts.storage.blobs.stat(sha256);
  if (!stored) throw new EucoraError('ARTIFACT_NOT_FOUND', { what: `${fileName}: no artifact ${sha256} is stored` });
  if (stored.size === size) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `${fileName}: ${stored.size} bytes are stored under ${sha256}, the package says ${size}`,
  });
}

function requirePlane(parts: Parts, plane: string) {
  const entry = parts.planes.get(plane);
  if (entry) return entry;
  const known = parts.planes.ids().join(', ') || 'none';
  throw new EucoraError('PLANE_UNKNOWN', {
    what: `${plane} is not an enabled execution plane (enabled: ${known})`,
    details: { plane },
  });
}

export function requirePlaneFor(parts: Parts, plane: string, pkg: Package): void {
  const entry = requirePlane(parts, plane);
  if (!entry.platforms || entry.platforms.includes(pkg.platform)) return;
  throw new EucoraError('PLATFORM_MISMATCH', {
    what: `${plane} manages ${entry.platforms.join(', ')}; ${packageKey(pkg)} is for ${pkg.platform}`,
    details: { plane, platform: pkg.platform },
  });
}

async function readFirst<Value>(parts: Parts, stream: string): Promise<Value | undefined> {
  return (await readFirstEvent<Value>(parts, stream))?.data;
}

async function readFirstEvent<Value>(parts: Parts, stream: string) {
  const [first] = await parts.storage.events.readStream(stream);
  return first && { data: first.data as Value, actor: first.actor };
}

const DOCUMENT_ATTACHED = 'DOCUMENT_ATTACHED';

const REMEMBERED = 10_000;

/** Keeps what was found; what was not there is asked for again. */
function remembering<Value>(load: (id: string) => Promise<Value | undefined>) {
  const known = new Map<string, Value>();
  return async (id: string): Promise<Value | undefined> => {
    const found = known.get(id) ?? (await load(id));
    if (found !== undefined) {
      known.set(id, found);
      if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    }
    return found;
  };
}

const missing = (code: 'PACKAGE_NOT_FOUND' | 'INTENT_NOT_FOUND', what: string): never => {
  throw new EucoraError(code, { what });
};

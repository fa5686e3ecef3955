import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { badRequest, noContent, notFound, page } from './answers.js';
import { uploadStateOf } from './lifecycle.js';
import { guidOf, type IntuneTenant, type SimApp, type SimContentVersion, type SimFile } from './state.js';
import { unseal, type EncryptionInfo } from './unseal.js';
import type { World } from './world.js';

type Here = Exchange<IntuneTenant>;
interface Place {
  readonly app: SimApp;
  readonly version: SimContentVersion;
  readonly file: SimFile;
}

/** Both spellings of the type are routed; the first is that of Microsoft's SDKs. */
const SEGMENTS = ['graph.win32LobApp', 'microsoft.graph.win32LobApp'];

/** Content versions and their files. Every new file gets an upload address after a while; a commit is looked at after another. */
export function contentRoutes(world: World): readonly Route<IntuneTenant>[] {
  const now = () => world.clock.now().getTime();

  const entity = ({ file }: Pick<Place, 'file'>, origin: string) => {
    const uploadState = uploadStateOf(file, now(), world.delays);
    const ready = !uploadState.endsWith('Pending') || file.commit !== undefined;
    return {
      '@odata.type': '#microsoft.graph.mobileAppContentFile',
      id: file.id,
      name: file.name,
      size: file.size,
      sizeEncrypted: file.sizeEncrypted,
      createdDateTime: new Date(file.createdAt).toISOString(),
      manifest: null,
      isDependency: false,
      isCommitted: uploadState === 'commitFileSuccess',
      uploadState,
      azureStorageUri: ready ? `${origin}/uploads/${file.id}?sv=2024-11-04&sr=b&sp=w&sig=${file.signature}` : null,
      azureStorageUriExpirationDateTime: ready
        ? new Date(file.addressAt + world.delays.addressLife).toISOString()
        : null,
    };
  };

  const withApp = (handle: (app: SimApp, exchange: Here) => Answer | Promise<Answer>) => (exchange: Here) => {
    const app = exchange.state.apps.get(exchange.params.app!);
    return app ? handle(app, exchange) : notFound(`The app ${exchange.params.app}`);
  };
  const withVersion = (handle: (app: SimApp, version: SimContentVersion, exchange: Here) => Answer) =>
    withApp((app, exchange) => {
      const version = app.contentVersions.find(({ id }) => id === exchange.params.version);
      return version ? handle(app, version, exchange) : notFound(`The content version ${exchange.params.version}`);
    });
  const withFile = (handle: (place: Place, exchange: Here) => Answer | Promise<Answer>) =>
    withApp((app, exchange) => {
      const version = app.contentVersions.find(({ id }) => id === exchange.params.version);
      const file = version?.files.find(({ id }) => id === exchange.params.file);
      return version && file ? handle({ app, version, file }, exchange) : notFound(`The file ${exchange.params.file}`);
    });

  const giveAddress = (file: SimFile, renewed: boolean) => {
    Object.assign(file, { renewed, addressAt: now(), signature: guidOf(file.id, now(), String(renewed)) });
    world.blobs.open(file.id, file.signature, now() + world.delays.addressLife);
  };

  const createVersion = withApp((app) => {
    const version: SimContentVersion = { id: String(app.contentVersions.length + 1), files: [] };
    app.contentVersions.push(version);
    return json(201, { '@odata.type': '#microsoft.graph.mobileAppContent', id: version.id });
  });

  const createFile = withVersion((_app, version, { body, origin }) => {
    const { name, size, sizeEncrypted } = (body ?? {}) as Record<string, unknown>;
    if (sizeEncrypted !== 48 + 16 * (Math.floor(Number(size) / 16) + 1))
      return badRequest('The sizes do not belong together.');
    const file: SimFile = {
      id: world.nextId('file'),
      name: String(name),
      size: Number(size),
      sizeEncrypted: Number(sizeEncrypted),
      createdAt: now(),
      signature: '',
      addressAt: now(),
      renewed: false,
    };
    giveAddress(file, false);
    version.files.push(file);
    return json(201, entity({ file }, origin));
  });

  const renew = withFile(({ file }) => {
    giveAddress(file, true);
    return noContent();
  });

  const commit = withFile(async ({ app, version, file }, { body }) => {
    if (file.commit?.ok) return noContent();
    const { fileEncryptionInfo = {} } = (body ?? {}) as { fileEncryptionInfo?: EncryptionInfo };
    const blob = world.blobs.read(file.id);
    const found = blob
      ? await unseal(blob, fileEncryptionInfo, file.size, String(app.fields.setupFilePath))
      : { reason: 'nothing was uploaded' };
    const ok = 'setupSha256' in found && blob?.length === file.sizeEncrypted;
    file.commit = { at: now(), ok, ...('reason' in found && { reason: found.reason }) };
    if ('setupSha256' in found && ok) {
      app.setupSha256 = found.setupSha256;
      world.blobs.drop(file.id);
    }
    world.ledger().record(ok ? 'content_taken' : 'content_refused', app.id, { contentVersion: version.id, ...found });
    return noContent();
  });

  return SEGMENTS.flatMap((segment): Route<IntuneTenant>[] => {
    const versions = `/v1.0/deviceAppManagement/mobileApps/{app}/${segment}/contentVersions`;
    const files = `${versions}/{version}/files`;
    return [
      route(
        'GET',
        versions,
        withApp((app, exchange) =>
          page(
            app.contentVersions.map(({ id }) => ({ id })),
            exchange,
            world.pageSize,
          ),
        ),
      ),
      route('POST', versions, createVersion),
      route(
        'GET',
        files,
        withVersion((_app, version, exchange) =>
          page(
            version.files.map((file) => entity({ file }, exchange.origin)),
            exchange,
            world.pageSize,
          ),
        ),
      ),
      route('POST', files, createFile),
      route(
        'GET',
        `${files}/{file}`,
        withFile((place, { origin }) => json(200, entity(place, origin))),
      ),
      route('POST', `${files}/{file}/renewUpload`, renew),
      route('POST', `${files}/{file}/commit`, commit),
    ];
  });
}

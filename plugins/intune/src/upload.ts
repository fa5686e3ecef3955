import { until, EucoraError, isEucoraError, type Context, type Package } from '@eucora/sdk';
import type { IntuneConfig } from './config.js';
import { blockCount, blocksOf, seal } from './content.js';
import type { Graph } from './graph.js';
import {
  commitFile,
  createContentVersion,
  createFile,
  isTaken,
  putBlock,
  putBlockList,
  readFile,
  renewUpload,
  type FilePlace,
} from './graph-content.js';
import type { ContentFile } from './wire.js';

/** Every client of this API uploads the inner part of the `.intunewin` under this name. */
const FILE_NAME = 'IntunePackage.intunewin';

/**
 * Steps 2 to 8 of the facts file, section 1: zip, encrypt, upload in blocks, commit. An upload that is cut off leaves a content version that
 * nobody sees; the next one starts afresh, because the keys of the first are gone with it.
 *
 * @returns the content version that Intune has taken
 */
export async function uploadContent(
  graph: Graph,
  ctx: Context,
  config: IntuneConfig,
  appId: string,
  pkg: Package,
): Promise<string> {
  const sealed = await seal(await ctx.artifacts.open(pkg.artifact.sha256), pkg.artifact);
  try {
    const version = await createContentVersion(graph, ctx, appId);
    const { size, sizeEncrypted } = sealed;
    const place = await createFile(graph, ctx, appId, version, { name: FILE_NAME, size, sizeEncrypted });
    const wait = waiting(graph, ctx, config, place);
    const first = await wait('azureStorageUriRequest');
    const blocks = blocksOf(sealed, blockCount(pkg.artifact, config.uploadBlockBytes));
    await upload(graph, ctx, config, blocks, first, async () => {
      await renewUpload(graph, ctx, place);
      return wait('azureStorageUriRenewal');
    });
    await commitFile(graph, ctx, place, sealed.encryption);
    await wait('commitFile');
    return version;
  } finally {
    await sealed.discard();
  }
}

/** Blocks in order, one in memory at a time. The address is renewed when it grows old, or is refused. */
async function upload(
  graph: Graph,
  ctx: Context,
  config: IntuneConfig,
  blocks: AsyncIterable<Uint8Array>,
  first: ContentFile,
  renew: () => Promise<ContentFile>,
): Promise<void> {
  let address = { sas: sasOf(first), since: ctx.now().getTime() };
  const renewed = async () => ({ sas: sasOf(await renew()), since: ctx.now().getTime() });
  const put = async (send: (sas: string) => Promise<void>) => {
    if (ctx.now().getTime() - address.since >= config.renewUploadAfterMs) address = await renewed();
    try {
      await send(address.sas);
    } catch (cause) {
      if (!isEucoraError(cause) || cause.code !== 'PLANE_FORBIDDEN') throw cause;
      address = await renewed();
      await send(address.sas);
    }
  };

  const ids: string[] = [];
  for await (const block of blocks) {
    const id = blockId(ids.length);
    await put((sas) => putBlock(graph, ctx, sas, id, block));
    ids.push(id);
  }
  await put((sas) => putBlockList(graph, ctx, sas, ids));
}

/** Six digits: 50,000 blocks is all that a blob may have. */
const blockId = (index: number) => Buffer.from(String(index).padStart(6, '0')).toString('base64');

/** Waits for one leg of the upload's state machine to succeed: `…Pending` is waited for, `…Failed` and `…TimedOut` end it. */
const waiting =
  (graph: Graph, ctx: Context, config: IntuneConfig, place: FilePlace) =>
  (leg: 'azureStorageUriRequest' | 'azureStorageUriRenewal' | 'commitFile'): Promise<ContentFile> =>
    until(
      ctx,
      {
        everyMs: config.filePollMs,
        patienceMs: config.patienceMs,
        waitingFor: `${leg}Success of the uploaded content`,
      },
      async () => {
        const file = await readFile(graph, ctx, place);
        if (file.uploadState === `${leg}Success` || (leg === 'commitFile' && isTaken(file))) return file;
        if ([`${leg}Failed`, `${leg}TimedOut`, 'error'].includes(file.uploadState))
          throw notTaken(place, file.uploadState);
        return undefined;
      },
    );

const sasOf = (file: ContentFile): string => file.azureStorageUri ?? '';

/** Intune gives no reason. It has passed for others on a second upload (facts file, section 10), so it may be tried again. */
const notTaken = ({ appId, version }: FilePlace, state: string) =>
  new EucoraError('PLANE_ERROR', {
    what: `Intune did not take the content of app ${appId} (content version ${version}): ${state}`,
    remedy: 'The content is uploaded again. If that fails too, look for a proxy that changes uploads.',
    details: { app_id: appId, content_version: version, upload_state: state },
  });

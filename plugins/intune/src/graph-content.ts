import type { Context } from '@eucora/sdk';
import { idOf, type Graph } from './graph.js';
import { appUrl } from './graph-apps.js';
import type { ContentFile, FileEncryptionInfo } from './wire.js';

/** One file of one content version of one app. */
export interface FilePlace {
  readonly appId: string;
  readonly version: string;
  readonly fileId: string;
}

const versionsUrl = (appId: string) => `${appUrl(appId)}/graph.win32LobApp/contentVersions`;
const filesUrl = (appId: string, version: string) => `${versionsUrl(appId)}/${encodeURIComponent(version)}/files`;
const fileUrl = ({ appId, version, fileId }: FilePlace) => `${filesUrl(appId, version)}/${encodeURIComponent(fileId)}`;

/** The newest content version whose file Intune has taken: what an upload that was cut short of its commit left behind. */
export async function takenContentVersion(graph: Graph, ctx: Context, appId: string): Promise<string | undefined> {
  const versions = await read<{ readonly id: string }>(graph, ctx, versionsUrl(appId));
  for (const { id } of [...versions].sort((a, b) => Number(b.id) - Number(a.id))) {
    const files = await read<ContentFile>(graph, ctx, filesUrl(appId, id));
    if (files.length > 0 && files.every(isTaken)) return id;
  }
  return undefined;
}

export const isTaken = ({ uploadState, isCommitted }: ContentFile): boolean =>
  uploadState === 'commitFileSuccess' || isCommitted === true;

/** A content version that is never committed harms nobody, and nobody sees it. */
export async function createContentVersion(graph: Graph, ctx: Context, appId: string): Promise<string> {
  const { body } = await graph.request<{ readonly id: string }>(ctx, {
    method: 'POST',
    url: versionsUrl(appId),
    json: {},
    bodyRequired: true,
  });
  return idOf(body, `a content version of app ${appId}`);
}

/** @param sizes bytes before and after encryption */
export async function createFile(
  graph: Graph,
  ctx: Context,
  appId: string,
  version: string,
  sizes: { readonly name: string; readonly size: number; readonly sizeEncrypted: number },
): Promise<FilePlace> {
  const { body } = await graph.request<ContentFile>(ctx, {
    method: 'POST',
    url: filesUrl(appId, version),
    json: { '@odata.type': '#microsoft.graph.mobileAppContentFile', ...sizes, manifest: null, isDependency: false },
    bodyRequired: true,
  });
  return { appId, version, fileId: idOf(body, `a file of app ${appId}`) };
}

export async function readFile(graph: Graph, ctx: Context, place: FilePlace): Promise<ContentFile> {
  const { body } = await graph.request<ContentFile>(ctx, { method: 'GET', url: fileUrl(place) });
  return body;
}

export async function renewUpload(graph: Graph, ctx: Context, place: FilePlace): Promise<void> {
  await graph.request(ctx, { method: 'POST', url: `${fileUrl(place)}/renewUpload`, replayable: true });
}

/** Asynchronous, and the same after twice as after once: the keys are the same. */
export async function commitFile(
  graph: Graph,
  ctx: Context,
  place: FilePlace,
  fileEncryptionInfo: FileEncryptionInfo,
): Promise<void> {
  await graph.request(ctx, {
    method: 'POST',
    url: `${fileUrl(place)}/commit`,
    json: { fileEncryptionInfo },
    replayable: true,
  });
}

/** One block of a block blob. Ids must all have the same length. */
export async function putBlock(graph: Graph, ctx: Context, sas: string, id: string, block: Uint8Array): Promise<void> {
  await graph.storage.request(ctx, {
    method: 'PUT',
    url: withQuery(sas, `comp=block&blockid=${encodeURIComponent(id)}`),
    body: block,
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' },
    anonymous: true,
    replayable: true,
  });
}

export async function putBlockList(graph: Graph, ctx: Context, sas: string, ids: readonly string[]): Promise<void> {
  await graph.storage.request(ctx, {
    method: 'PUT',
    url: withQuery(sas, 'comp=blocklist'),
    body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`,
    headers: { 'content-type': 'application/xml' },
    anonymous: true,
    replayable: true,
  });
}

const withQuery = (url: string, query: string) => `${url}${url.includes('?') ? '&' : '?'}${query}`;

async function read<T>(graph: Graph, ctx: Context, url: string): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of graph.pages<T>(ctx, { url })) items.push(...page);
  return items;
}

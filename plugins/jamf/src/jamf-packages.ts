import type { Context } from '@eucora/sdk';
import { idOf, type Jamf } from './jamf.js';
import { looksLike } from './mapping.js';
import type { Multipart } from './multipart.js';
import type { JamfPackage, NewPackage } from './wire.js';

const PACKAGES = '/api/v1/packages';
const CLOUD = '/api/v1/cloud-distribution-point';

const packageUrl = (id: string) => `${PACKAGES}/${encodeURIComponent(id)}`;

/** Jamf's filter ignores case and we look with wildcards: what comes may be others' too. @param app every one of ours, where it is left out */
export async function findPackages(jamf: Jamf, ctx: Context, app?: string): Promise<readonly JamfPackage[]> {
  const named = looksLike('EUCORA ', app ?? '', app === undefined ? '' : ' ', '*');
  const noted = looksLike('*', 'eucora package=', app ?? '', app === undefined ? '' : '@', '*');
  const found: JamfPackage[] = [];
  const filter = `packageName==${named},notes==${noted}`;
  for await (const page of jamf.pages<JamfPackage>(ctx, PACKAGES, { sort: 'id:asc', filter })) found.push(...page);
  return found;
}

/** Nothing where Jamf does not know it, or not yet. */
export async function readPackage(jamf: Jamf, ctx: Context, id: string): Promise<JamfPackage | undefined> {
  const { status, body } = await jamf.request<JamfPackage>(ctx, { method: 'GET', url: packageUrl(id), accept: [404] });
  return status === 404 ? undefined : body;
}

/** A row without a file. Never repeated by the client. */
export async function createPackage(jamf: Jamf, ctx: Context, pkg: NewPackage): Promise<string> {
  const { body } = await jamf.request<{ readonly id: string }>(ctx, {
    method: 'POST',
    url: PACKAGES,
    json: pkg,
    bodyRequired: true,
  });
  return idOf(body, `the package "${pkg.packageName}"`);
}

/** Gigabytes in one request, which Jamf cannot resume. Never repeated by the client but after a fresh token. */
export async function uploadPackage(
  jamf: Jamf,
  ctx: Context,
  id: string,
  { body, headers }: Multipart,
  deadlineMs: number,
): Promise<void> {
  await jamf.request(ctx, {
    method: 'POST',
    url: `${packageUrl(id)}/upload`,
    body,
    headers,
    deadlineMs,
    bodyRequired: true,
  });
}

export async function deletePackage(jamf: Jamf, ctx: Context, id: string): Promise<void> {
  await jamf.request(ctx, { method: 'DELETE', url: packageUrl(id), accept: [404], replayable: true });
}

/** Asks Jamf to look for the file now. Servers before 11.10 do not know it, and look by themselves. */
export async function refreshInventory(jamf: Jamf, ctx: Context, fileName: string): Promise<void> {
  await jamf.request(ctx, {
    method: 'POST',
    url: `${CLOUD}/refresh-inventory`,
    query: { 'file-name': fileName },
    replayable: true,
    accept: [404],
    answer: 'none',
  });
}

/** A site that has file shares only takes no upload over the API. Where it does not say, it is tried. */
export async function takesUploads(jamf: Jamf, ctx: Context): Promise<boolean> {
  const { body } = await jamf.request<{ readonly directUploadCapable?: boolean } | undefined>(ctx, {
    method: 'GET',
    url: `${CLOUD}/upload-capability`,
    accept: [404],
  });
  return body?.directUploadCapable !== false;
}

/** Proves that we may speak to it, with the smallest question that needs a token. @returns `11.30.1` */
export async function askForVersion(jamf: Jamf, ctx: Context): Promise<string> {
  const { body } = await jamf.request<{ readonly version?: string }>(ctx, {
    method: 'GET',
    url: '/api/v1/jamf-pro-version',
  });
  return body.version ?? 'of an unknown version';
}

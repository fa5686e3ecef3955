import type { SimApp, SimFile } from './state.js';
import type { Delays } from './world.js';

/** The states that the service moves through by itself, worked out from when things were asked for. */

export function publishingStateOf(
  app: SimApp,
  now: number,
  delays: Delays,
): 'notPublished' | 'processing' | 'published' {
  if (app.committedAt === undefined) return 'notPublished';
  return now < app.committedAt + delays.publish ? 'processing' : 'published';
}

export function uploadStateOf(file: SimFile, now: number, delays: Delays): string {
  if (file.commit) {
    if (now < takenAt(file, delays)) return 'commitFilePending';
    return file.commit.ok ? 'commitFileSuccess' : 'commitFileFailed';
  }
  const leg = file.renewed ? 'azureStorageUriRenewal' : 'azureStorageUriRequest';
  return `${leg}${now < file.addressAt + delays.address ? 'Pending' : 'Success'}`;
}

/** When the service has looked at the file. */
export const takenAt = (file: SimFile, delays: Delays): number => (file.commit?.at ?? Infinity) + delays.commit;

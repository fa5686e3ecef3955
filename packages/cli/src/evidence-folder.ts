/** The sealed statement of an exported pack. */
export const ENVELOPE = 'pack.dsse.json';

/** A file of an exported pack, by its digest. */
export const fileNameOf = (sha256: string): string => `files/${sha256}`;

import type { Sha256 } from '@eucora/sdk';

export interface BlobInfo {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
}

/** Bytes by their digest. What is stored never changes and is stored once. */
export interface BlobStore {
  /**
   * Streams the bytes in, hashing on the way; visible only when complete and durable.
   *
   * @param expected refuses other bytes with `ARTIFACT_MISMATCH`, and stores nothing
   * @throws EucoraError `ARTIFACT_MISMATCH`, `STORAGE_FULL`
   */
  put(
    bytes: AsyncIterable<Uint8Array>,
    expected?: { readonly sha256?: Sha256; readonly size?: number },
  ): Promise<BlobInfo>;
  /** @throws EucoraError `ARTIFACT_NOT_FOUND` */
  open(sha256: Sha256): Promise<AsyncIterable<Uint8Array>>;
  stat(sha256: Sha256): Promise<BlobInfo | undefined>;
}

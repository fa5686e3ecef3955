import type { Storage } from '@eucora/engine';

/** A storage that can say whether it can be written to. */
export interface HostStorage extends Storage {
  ready(): Promise<void>;
}

import { Storage1763683200000 } from './0001-storage.js';

/** In order. One set for the server and for the folder; a migration that was released never changes. */
export const migrations = [Storage1763683200000];

export { openStorage, type OpenStorage, type StorageOptions } from './open-storage.js';
export { environmentAndFileSecrets } from './secrets.js';

import { join } from 'node:path';
import { sha256Hex } from '@eucora/sdk';

/**
 * The folder of one tenant. Only letters, digits, `_` and `-` of the id get into the name, so it cannot lead anywhere else;
 * the digest keeps apart what then reads the same, also where a file system ignores case.
 */
export const tenantFolder = (directory: string, tenantId: string): string =>
  join(directory, `${tenantId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)}-${sha256Hex(tenantId).slice(0, 16)}`);

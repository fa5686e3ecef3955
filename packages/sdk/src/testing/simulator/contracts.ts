import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from './open-api-document.js';

/**
 * The vendor's documents `<name>.openapi.json` of a folder, by name; all of them or nothing.
 *
 * @param absent called with a sentence for people when they are not there
 */
export function contractsIn(
  folder: string,
  names: readonly string[],
  absent: (sentence: string) => void,
): Readonly<Record<string, OpenApiDocument>> | undefined {
  const files = names.map((name) => [name, join(folder, `${name}.openapi.json`)] as const);
  const missing = files.find(([, file]) => !existsSync(file));
  if (missing) {
    absent(`ATTENTION: no ${missing[0]} contract in ${folder}: requests are NOT checked against it`);
    return undefined;
  }
  return Object.fromEntries(
    files.map(([name, file]) => [name, JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument]),
  );
}

import { readFileSync } from 'node:fs';

/** This file is one folder below the package, as source and as built. */
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** A file of the docs page. */
export const asset = (name: string): string => read(`assets/${name}`);

export const ownVersion = (): string => (JSON.parse(read('package.json')) as { version: string }).version;

#!/usr/bin/env node
// npm links a bin when it installs, which is before anything is built; so this file is always there, and says what is missing.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('NOT_BUILT: the eucora command has not been built here\n-> npm run build\n');
  process.exitCode = 1;
}

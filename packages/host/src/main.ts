#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { EucoraError, reasonOf, toEucoraError } from '@eucora/sdk';
import { loadConfig } from './config/load-config.js';
import { localTokenIsUsed } from './http/local-token.js';
import { startHost } from './start-host.js';

/** `eucora-host [--config file]`: the host as a process, until it is told to end. */
try {
  const config = loadConfig({ ...fileArgument(), env: process.env, cwd: process.cwd() });
  const host = await startHost({ config });
  const token = localTokenIsUsed(config) ? `its token in ${host.tokenFile}` : 'eucora login gets a token';
  process.stdout.write(`EUCORA Hub is at ${host.url}, ${token}\n`);
  endOnSignal(() => host.close());
} catch (cause) {
  const { code, message, remedy } = toEucoraError(cause);
  process.stderr.write(`${code}\n${message}\n${remedy}\n`);
  process.exitCode = 1;
}

function fileArgument(): { file?: string } {
  try {
    const { config } = parseArgs({ options: { config: { type: 'string' } } }).values;
    return config === undefined ? {} : { file: config };
  } catch (cause) {
    throw new EucoraError('INPUT_INVALID', { what: reasonOf(cause), remedy: 'eucora-host [--config file]' });
  }
}

/** Programs that pass signals on send the same one twice in a breath. */
const ONE_BREATH_MS = 250;

/** The first signal ends the host in order, the second at once. */
function endOnSignal(close: () => Promise<void>): void {
  let since: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (since !== undefined && Date.now() - since > ONE_BREATH_MS) process.exit(1);
      if (since !== undefined) return;
      since = Date.now();
      void close().then(() => process.exit(0));
    });
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command, Input } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findHost } from '../host-entry.js';
import { text, wholeNumber } from '../input.js';
import { DEFAULT_DATA_DIR } from '../token.js';

const LAST_PORT = 65_535;

export const hostStart: Command = {
  name: 'host start',
  permission: 'local',
  summary: 'Start the host here and keep it running until Ctrl-C',
  notes:
    'The host is a process of its own, from the package @eucora/host: the one that is installed in this folder, else the one beside this command. ' +
    'These options go before its configuration file and the environment. It writes a token into its data directory, where ' +
    'the other commands find it. Ctrl-C stops it; runs are taken up again at the next start. With --json nothing changes: what it prints is its own log.',
  options: [
    { flags: '--port <port>', text: '0 takes any free one (default: 8780)' },
    { flags: '--data-dir <folder>', text: `what the host keeps (default: ${DEFAULT_DATA_DIR})` },
    { flags: '--config <file>', text: 'configuration (default: eucora.config.json, where there is one)' },
    { flags: '--registry <file>', text: 'registry of plugins (default: eucora.registry.jsonl)' },
  ],
  examples: ['eucora host start', 'eucora host start --port 8790 --data-dir /var/lib/eucora'],
  async run({ io }, input) {
    const { file, execArgv } = findHost(io.cwd);
    const host = spawn(process.execPath, [...execArgv, file], {
      cwd: io.cwd,
      env: { ...io.env, ...settings(input) },
      stdio: 'inherit',
    });
    // A terminal sends Ctrl-C to the host as well, and the host takes a second one as haste; anybody else signals us alone.
    const atTerminal = io.stdout.isTTY || io.stderr.isTTY;
    const off = io.onInterrupt((signal) => void (atTerminal && signal === 'SIGINT' ? undefined : host.kill(signal)));
    try {
      const [code] = (await once(host, 'exit')) as [number | null];
      return { exitCode: code === 0 ? EXIT.ok : EXIT.error };
    } finally {
      off();
    }
  },
};

const settings = (input: Input): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      EUCORA_PORT: wholeNumber(input, 'port', { from: 0, to: LAST_PORT })?.toString(),
      EUCORA_DATA_DIR: text(input, 'dataDir'),
      EUCORA_CONFIG: text(input, 'config'),
      EUCORA_REGISTRY: text(input, 'registry'),
    }).filter((setting): setting is [string, string] => setting[1] !== undefined),
  );

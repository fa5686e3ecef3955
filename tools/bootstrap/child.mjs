import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './places.mjs';

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @typedef {object} Ended
 * @property {number} code as a shell would say it: 128 and the signal's number after a signal
 * @property {string} output both streams as they came; empty when they went to the terminal
 */

/**
 * Runs a program in the repository's folder to its end. Signals that reach us reach it too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, quiet?: boolean, cwd?: string }} options `quiet` collects the output instead of showing it
 * @returns {Promise<Ended>}
 */
export function run(command, args, { env = {}, quiet = false, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    const stopForwarding = forwardSignalsTo(child);
    child.on('error', (cause) => {
      stopForwarding();
      reject(cause);
    });
    child.on('close', (code, signal) => {
      stopForwarding();
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output });
    });
  });
}

/** A program of ours or of a dependency, on this very Node. @param {string} script @param {readonly string[]} args @param {Parameters<typeof run>[2]} options */
export const runNode = (script, args = [], options = {}) => run(process.execPath, [script, ...args], options);

/** The npm that started us, or else the one on the path. @param {readonly string[]} args @param {Parameters<typeof run>[2]} options */
export const runNpm = (args, options = {}) => {
  const npm = process.env['npm_execpath'];
  return npm?.endsWith('.js') ? runNode(npm, args, options) : run('npm', args, options);
};

/** A terminal sends its Ctrl-C to the child by itself; a second one would mean "at once". @param {import('node:child_process').ChildProcess} child */
function forwardSignalsTo(child) {
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}

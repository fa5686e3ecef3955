import { EucoraError, toEucoraError } from '@eucora/sdk';
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { complaintsOf, problemOf } from './problem.js';
import { buildProgram } from './program.js';
import { plain } from './text.js';

/**
 * The `eucora` command. Never rejects: what goes wrong is told on stderr.
 *
 * @param argv without `node` and the script
 * @returns the exit code, see {@link EXIT}
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  try {
    await buildProgram(io, (code) => (exitCode = code)).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError && helpWasShown(cause)) return cause.exitCode === 0 ? EXIT.ok : EXIT.error;
    const error = cause instanceof CommanderError ? notUnderstood(cause) : toEucoraError(cause);
    io.stderr.write(argv.includes('--json') ? forPrograms(error) : forPeople(error));
    return exitCodeOf(error);
  }
}

const forPrograms = (error: EucoraError) => `${JSON.stringify(problemOf(error), null, 2)}\n`;

const forPeople = (error: EucoraError) => {
  const { code, remedy } = problemOf(error);
  const complaints = complaintsOf(error).filter((complaint) => !error.message.includes(complaint));
  const lines = [`${code}: ${error.message}`, ...complaints.map((complaint) => `   ${complaint}`), `-> ${remedy}`];
  return `${plain(lines.join('\n'))}\n`;
};

const helpWasShown = ({ code }: CommanderError) =>
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code);

const notUnderstood = ({ message }: CommanderError) =>
  new EucoraError('INPUT_INVALID', {
    what: message.replace(/^error: /, '').replace(/\s+/g, ' '),
    remedy: 'eucora --help and eucora <command> --help show what can be said.',
  });

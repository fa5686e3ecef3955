import { readFileSync } from 'node:fs';
import { Command as Commander, Option } from 'commander';
import type { Command, Input, Parameter } from './command.js';
import { COMMANDS, GROUPS } from './commands/index.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { permissionText, refuseBelowRung } from './permission.js';
import { openSession } from './session.js';
import { plain } from './text.js';
import { DEFAULT_DATA_DIR, DEFAULT_URL } from './token.js';

const SURROUNDINGS = `
Environment:
  EUCORA_URL       the host; the same as --url
  EUCORA_TOKEN     the token, where --token-file is not given
  EUCORA_CLIENT_ID, EUCORA_CLIENT_SECRET or EUCORA_CLIENT_SECRET_FILE
                   a program that signs in as itself
  EUCORA_DATA_DIR  data directory of a host on this machine, whose token is found there (default: ${DEFAULT_DATA_DIR})
  EUCORA_CONFIG_DIR  where eucora login keeps its tokens (default: eucora in your configuration folder)
  CONNECTOR_RBAC_ROLE  the least role of the ladder for operations of a connector, where that of the host is not enough

Exit codes: ${EXIT.ok} ok, ${EXIT.error} error, ${EXIT.denied} access denied, ${EXIT.refused} refused by a gate, ${EXIT.interrupted} Ctrl-C while waiting`;

/** All commands as commander knows them. @param ended hears the exit code of the command that ran */
export function buildProgram(io: Io, ended: (code: ExitCode) => void, commands = COMMANDS): Commander {
  const program = styled(new Commander('eucora'), io)
    .description('Endpoint software, ring by ring, over the planes that you already run.')
    .version(versionOf())
    .option('--json', 'one JSON document on stdout, for programs')
    .option('--url <url>', `the host (default: EUCORA_URL, or ${DEFAULT_URL})`)
    .option('--token-file <file>', 'a file that holds the token')
    .addHelpText('after', SURROUNDINGS);

  for (const command of commands) {
    const words = command.name.split(' ');
    const parent = words.length === 1 ? program : groupOf(program, words[0]!, io);
    add(parent, words.at(-1)!, command, io, ended);
  }
  return program;
}

function groupOf(program: Commander, name: string, io: Io): Commander {
  const known = program.commands.find((command) => command.name() === name);
  if (known) return known;
  const group = styled(new Commander(name), io).description(GROUPS[name]!);
  program.addCommand(group);
  return group;
}

function add(parent: Commander, name: string, command: Command, io: Io, ended: (code: ExitCode) => void): void {
  const added = styled(new Commander(name), io).description(descriptionOf(command)).summary(command.summary);
  for (const { flags, text } of command.args ?? []) added.argument(flags, text);
  for (const parameter of command.options ?? []) added.addOption(optionOf(parameter));
  added.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  $ ${line}`).join('\n')}`);
  added.action(async () => {
    const input: Input = { args: added.args, options: added.optsWithGlobals() };
    ended(await answer(command, input, io));
  });
  parent.addCommand(added, { isDefault: command.byDefault ?? false });
}

function optionOf({ flags, text, required, repeated }: Parameter): Option {
  const option = new Option(flags, repeated ? `${text}; may be repeated` : text).makeOptionMandatory(required ?? false);
  return repeated ? option.argParser((one, before: readonly string[] = []) => [...before, one]) : option;
}

const descriptionOf = (command: Command) =>
  [`${command.summary}.`, command.notes, permissionText(command)].filter((part) => part !== undefined).join('\n\n');

async function answer(command: Command, input: Input, io: Io): Promise<ExitCode> {
  const session = openSession(input, io);
  try {
    await refuseBelowRung(command, session);
    const { document, text, exitCode = EXIT.ok } = await command.run(session, input);
    session.progress.stop();
    if (document !== undefined && input.options.json) io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    else if (text) io.stdout.write(`${plain(await text())}\n`);
    return exitCode;
  } finally {
    session.progress.stop();
  }
}

/** Complaints are thrown, not printed: {@link run} prints all of them in one form. */
const styled = (command: Commander, io: Io): Commander =>
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined,
    });

const versionOf = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

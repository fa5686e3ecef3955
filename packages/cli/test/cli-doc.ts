import type { Command, Parameter } from '../src/command.js';
import { COMMANDS } from '../src/commands/index.js';
import { permissionText } from '../src/permission.js';

/** What stands above it in `docs/cli.md` is written by hand. */
export const GENERATED_BELOW = '<!-- Below: made from packages/cli/src/commands. Refresh: UPDATE_DOCS=1 npx mocha -->';

/** The reference part of `docs/cli.md`. */
export const renderReference = (): string =>
  ['<!-- prettier-ignore-start -->', '## Commands', listOfCommands(), ...COMMANDS.map(renderCommand)].join('\n\n') +
  '\n\n<!-- prettier-ignore-end -->\n';

const listOfCommands = (): string =>
  ['| command | what it does |', '| --- | --- |']
    .concat(
      COMMANDS.map(({ name, summary }) => `| [\`${name}\`](#eucora-${name.replace(' ', '-')}) | ${cell(summary)} |`),
    )
    .join('\n');

function renderCommand(command: Command): string {
  const { name, summary, notes, args = [], options = [], examples } = command;
  return [
    `### eucora ${name}`,
    `${summary}.${notes ? ` ${notes}` : ''}`,
    permissionText(command),
    args.length + options.length > 0 ? parameters([...args, ...options]) : undefined,
    ['```sh', ...examples, '```'].join('\n'),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

const parameters = (all: readonly Parameter[]): string =>
  ['| | |', '| --- | --- |']
    .concat(all.map((one) => `| \`${one.flags}\` | ${cell(one.text)}${remark(one)} |`))
    .join('\n');

const remark = ({ required, repeated }: Parameter): string =>
  `${required ? '; **required**' : ''}${repeated ? '; may be repeated' : ''}`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

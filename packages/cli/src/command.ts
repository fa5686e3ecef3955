import type { Permission } from '@eucora/sdk';
import type { Client } from './client.js';
import type { ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import type { Progress } from './progress.js';

/** An argument or an option, in commander's notation: `<id>`, `--ring <ring>`. */
export interface Parameter {
  readonly flags: string;
  readonly text: string;
  /** Options only: the command is not understood without it. */
  readonly required?: true;
  /** Options only: may be given several times, and is a list then. */
  readonly repeated?: true;
}

/** A command as data: help, `docs/cli.md` and the parser are made from it. */
export interface Command {
  /** The words after `eucora`: `connectors list`. */
  readonly name: string;
  /** What the host lets it be done by; `local` asks no host, `signed_in` takes no role. */
  readonly permission: Permission | 'anybody' | 'signed_in' | 'local';
  /** One line. */
  readonly summary: string;
  /** What a reader must know beyond the summary: effects, exit codes. */
  readonly notes?: string;
  readonly args?: readonly Parameter[];
  readonly options?: readonly Parameter[];
  /** Whole command lines; at least one. */
  readonly examples: readonly string[];
  /** Its group alone means this one: `drift` is `drift list`. */
  readonly byDefault?: true;
  run(session: Session, input: Input): Promise<Answer>;
}

/** What was typed. Absent options are absent; an option that may be repeated is a list. */
export interface Input {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** What a command may use. */
export interface Session {
  readonly io: Io;
  /** The host that `--url` names. @throws EucoraError `INPUT_INVALID` when it names none */
  readonly url: URL;
  /** That host, with a token. Asked for lazily: not every command has one. */
  client(): Promise<Client>;
  readonly progress: Progress;
  /** Prints one of many answers at once, for commands that go on: a line of JSON, or the text. */
  emit(document: unknown, text: string): void;
}

/** One JSON document for programs, or the same as text for people. */
export interface Answer {
  /** Left out by commands that have said everything already. */
  readonly document?: unknown;
  /** Only asked for when a person reads. */
  readonly text?: () => string | Promise<string>;
  /** Default 0. */
  readonly exitCode?: ExitCode;
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EucoraError, reasonOf, type Context } from '@eucora/sdk';
import { maskSecrets } from '@eucora/sdk/http';
import { authoredOf, complaintOf } from './authoring-answers.js';
import type { Authoring } from './authoring.js';
import type { PowerShellAuthoring, SshAuthoring } from './config.js';

const MAX_ANSWER = 1024 * 1024;
const EXCERPT = 400;
/** Ships with this package; the same way from `src` and from `dist`. */
const CLIENT_SCRIPT = fileURLToPath(new URL('../powershell/Request-EucoraAuthoring.ps1', import.meta.url));

type Settings = PowerShellAuthoring | SshAuthoring;

/**
 * The authoring endpoint behind a process: `pwsh`, which opens the constrained session, or `ssh`, whose far end runs the authoring
 * script and nothing else. One request as one line of JSON on its input, one answer as the last line of its output.
 */
export function processAuthoring(settings: Settings, deadlineMs: number, plane: string): Authoring {
  const ask = async (ctx: Context, operation: string, input: object, writes: boolean): Promise<unknown> => {
    const target = `${settings.kind}://${settings.computer}/${operation}`;
    if (writes && ctx.readOnly) {
      throw new EucoraError('READ_ONLY', { what: `${plane} tried to author with ${target} while a plan was made.` });
    }
    const started = performance.now();
    let errorClass: string | undefined;
    try {
      return answerOf(await run(commandOf(settings), asciiJson({ operation, input }), ctx.signal, deadlineMs), target);
    } catch (cause) {
      errorClass = (cause as EucoraError).errorClass ?? 'transient';
      throw cause;
    } finally {
      const durationMs = Math.round(performance.now() - started);
      ctx.audit({
        plane,
        method: writes ? 'POST' : 'GET',
        target,
        durationMs,
        attempt: 1,
        ...(errorClass && { errorClass }),
      });
    }
  };

  return {
    createApplication: async (ctx, spec) => authoredOf(await ask(ctx, 'create_application', spec, true)),
    distributeToPoints: async (ctx, spec) => void (await ask(ctx, 'distribute_content', spec, true)),
    check: async (ctx) => void (await ask(ctx, 'check', {}, false)),
    close() {},
  };
}

/** Program and arguments; nothing of a package is ever among them. */
export function commandOf(settings: Settings): readonly [string, readonly string[]] {
  if (settings.kind === 'ssh') {
    const identity = settings.identityFile === undefined ? [] : ['-i', settings.identityFile];
    const options = ['-T', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-l', settings.user];
    return [settings.executable, [...options, ...identity, '--', settings.computer]];
  }
  const script = ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', CLIENT_SCRIPT];
  return [
    settings.executable,
    [...script, '-ComputerName', settings.computer, '-ConfigurationName', settings.configuration],
  ];
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run([program, args]: readonly [string, readonly string[]], line: string, signal: AbortSignal, ms: number) {
  return new Promise<Ended>((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
      if (out.length > MAX_ANSWER) child.kill();
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (err = (err + piece).slice(-MAX_ANSWER)));
    child.stdin.on('error', () => {}); // it ended before it read; its exit says why
    child.on('error', (cause) => reject(notRun(program, cause, signal, ms)));
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(`${line}\n`);
  });
}

function notRun(program: string, cause: NodeJS.ErrnoException, signal: AbortSignal, ms: number): EucoraError {
  if (cause.name === 'AbortError') {
    const how = signal.aborted ? 'was given up' : `did not end within ${ms} ms`;
    return new EucoraError('DEADLINE_EXCEEDED', { what: `authoring with ${program} ${how}`, details: UNKNOWN, cause });
  }
  return new EucoraError('CONFIG_INVALID', {
    what: `authoring needs ${program}, which cannot be run: ${reasonOf(cause)}`,
    remedy: 'Install PowerShell 7 (or ssh) on the machine of the hub, or set authoring.executable to where it is.',
    cause,
  });
}

const UNKNOWN = { outcome: 'unknown' };

function answerOf({ code, out, err }: Ended, target: string): unknown {
  const last = out.trim().split('\n').at(-1) ?? '';
  const answer = parsed(last);
  if (answer === undefined) {
    const said = maskSecrets(err.trim() || out.trim()).slice(0, EXCERPT);
    throw new EucoraError('PLANE_ANSWER_INVALID', {
      what: `${target} ended with ${code ?? 'a signal'} and no answer${said ? `: ${said}` : ''}`,
      remedy: 'Run the command by hand as the hub does; docs/modules/sccm/connector-spec.md shows how.',
      details: UNKNOWN,
    });
  }
  const complaint = complaintOf(answer);
  if (complaint) throw new EucoraError(complaint.code, complaint);
  return (answer as { result?: unknown }).result;
}

/** Consoles disagree about encodings; about ASCII they do not. */
const asciiJson = (value: object): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

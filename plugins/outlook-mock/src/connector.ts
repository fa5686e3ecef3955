import { EucoraError, reasonOf, type Capability, type Connector, type Context, type Heartbeat } from '@eucora/sdk';
import { readConfig, type OutlookMockConfig, type OutlookMockSettings } from './config.js';
import { rehearsed } from './dry-run.js';
import { appendLine, readLines } from './journal.js';
import { fileOf, mailboxIn, type Mailbox } from './mailbox.js';
import { KINDS } from './request.js';

export type OutlookMock = Connector & Mailbox;

/** A mailbox for a program of its own. @throws EucoraError `CONFIG_INVALID` */
export const outlookMock = (settings: OutlookMockSettings, { id = 'outlook' } = {}): OutlookMock =>
  outlookMockOf(readConfig(settings), { id });

/** A mailbox that is files. It speaks to nobody: a message that is created has been written down, not sent. */
export function outlookMockOf(config: OutlookMockConfig, { id }: { readonly id: string }): OutlookMock {
  const mailbox = config.dryRun
    ? rehearsed(mailboxIn(config.directory, async () => {}))
    : mailboxIn(config.directory, appendLine);
  let isConnected = false;

  /** What every request goes through before it reaches the mailbox. */
  const pass = (ctx: Context, kind: 'read' | 'write') => {
    if (!isConnected) throw new EucoraError('NOT_CONNECTED', { what: `${id} is not connected` });
    if (kind === 'write' && ctx.readOnly) {
      throw new EucoraError('READ_ONLY', { what: `a write to ${id} was tried while a plan was made` });
    }
    ctx.signal.throwIfAborted();
    return mailbox;
  };

  return {
    capabilities: new Set<Capability>(['resources']),
    async connect(ctx) {
      if (config.token) await ctx.secrets.resolve(config.token);
      isConnected = true;
    },
    disconnect: async () => void (isConnected = false),
    async check(ctx) {
      pass(ctx, 'read');
      return heartbeat(ctx, config);
    },
    list: async (ctx, request) => pass(ctx, 'read').list(ctx, request),
    get: async (ctx, request) => pass(ctx, 'read').get(ctx, request),
    create: async (ctx, request) => pass(ctx, 'write').create(ctx, request),
    update: async (ctx, request) => pass(ctx, 'write').update(ctx, request),
    delete: async (ctx, request) => pass(ctx, 'write').delete(ctx, request),
  };
}

/** Healthy when every file of the tenant can be read; says what is in them, and which lines a crash has torn. */
async function heartbeat(ctx: Context, { directory, dryRun }: OutlookMockConfig): Promise<Heartbeat> {
  const started = ctx.now().getTime();
  const beat = (healthy: boolean, detail: string): Heartbeat => ({
    healthy,
    detail,
    latencyMs: ctx.now().getTime() - started,
    checkedAt: ctx.now().toISOString(),
  });
  try {
    const held = await Promise.all(
      KINDS.map(async (kind) => {
        const { records, unreadable } = await readLines(fileOf(directory, ctx.tenantId, kind));
        const torn = unreadable.length > 0 ? ` (unreadable lines: ${unreadable.join(', ')})` : '';
        return `${records.size} ${kind}${torn}`;
      }),
    );
    return beat(true, `${held.join(', ')}; ${dryRun ? 'dry run' : 'writes are kept'}`);
  } catch (cause) {
    return beat(false, reasonOf(cause));
  }
}

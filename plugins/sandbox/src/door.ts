import { EucoraError, type Context } from '@eucora/sdk';
import { chance } from './chance.js';
import type { SandboxConfig } from './config.js';
import type { Trouble } from './trouble.js';

/** What every request to the sandbox goes through: it must be open, it takes its time, and sometimes it fails. */
export interface Door {
  isOpen(): boolean;
  open(): void;
  close(): void;
  /** @throws EucoraError `NOT_CONNECTED`, `PLANE_ERROR` (injected), what the trouble of the moment is */
  read<Answer>(ctx: Context, work: () => Answer | Promise<Answer>): Promise<Answer>;
  /** @throws EucoraError as {@link read}, and `READ_ONLY` while a plan is made */
  write<Answer>(ctx: Context, work: () => Answer | Promise<Answer>): Promise<Answer>;
}

/** Which requests fail follows from the seed, and for each tenant from how many requests it made: never from real chance. */
export function doorOf(config: SandboxConfig, id: string, trouble: Trouble): Door {
  let isOpen = false;
  const requests = new Map<string, number>();

  const pass = async <Answer>(
    ctx: Context,
    kind: 'read' | 'write',
    work: () => Answer | Promise<Answer>,
  ): Promise<Answer> => {
    if (!isOpen) throw new EucoraError('NOT_CONNECTED', { what: `${id} is not connected` });
    if (kind === 'write' && ctx.readOnly) {
      throw new EucoraError('READ_ONLY', { what: `a write to ${id} was tried while a plan was made` });
    }
    ctx.signal.throwIfAborted();
    if (config.latencyMs > 0) await ctx.sleep(config.latencyMs);

    const request = (requests.get(ctx.tenantId) ?? 0) + 1;
    requests.set(ctx.tenantId, request);
    if (chance(config.seed, ctx.tenantId, request, 'request') < config.errorRate) throw injected(config, id, request);

    const met = trouble.meet(kind);
    if (met && !met.afterwards) throw met.error(id);
    const answer = await work();
    if (met) throw met.error(id);
    return answer;
  };

  return {
    isOpen: () => isOpen,
    open: () => void (isOpen = true),
    close: () => void (isOpen = false),
    read: (ctx, work) => pass(ctx, 'read', work),
    write: (ctx, work) => pass(ctx, 'write', work),
  };
}

const injected = ({ errorRate }: SandboxConfig, id: string, request: number) =>
  new EucoraError('PLANE_ERROR', {
    what: `${id} failed, as its errorRate of ${errorRate} wants`,
    details: { plane: id, request, injected: true },
  });

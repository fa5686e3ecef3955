import type { Mailbox } from './mailbox.js';

/**
 * The same answers from a mailbox that appends nothing. What was asked is checked as ever: what would be refused is refused,
 * and what would be done is answered with `dry_run: true` and what it would have been.
 */
export const rehearsed = (mailbox: Mailbox): Mailbox => ({
  ...mailbox,
  create: async (ctx, request) => ({
    ...(await mailbox.create(ctx, request)),
    dry_run: true,
    would: `create ${request.kind}`,
  }),
  update: async (ctx, request) => ({
    ...(await mailbox.update(ctx, request)),
    dry_run: true,
    would: `update ${request.kind} "${request.id}"`,
  }),
  async delete(ctx, { kind, id }) {
    await mailbox.delete(ctx, { kind, id });
    ctx.log.info({ dry_run: true, kind, id }, `would delete ${kind} "${id}"`);
  },
});

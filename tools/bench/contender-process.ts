import { reasonOf } from '@eucora/sdk';
import type { Contender, Order, Reply } from './contender.js';

/** One contender: `contender-process.ts <name> <settings as JSON>`. It ends when the other side lets go of it. */
const [name, settings] = process.argv.slice(2);
const { prepare } = (await import(`./contenders/${name}.ts`)) as { prepare(settings: object): Promise<Contender> };

const say = (reply: Reply) => process.send?.(reply);
const failed = (cause: unknown) => say({ failed: reasonOf(cause) });

// Ctrl-C is for the one who started us: it ends us in order.
process.on('SIGINT', () => {});
try {
  const contender = await prepare(JSON.parse(settings!) as object);
  process.on('message', ({ slice }: Order) => {
    contender.slice(slice!).then((done) => say({ slice: done }), failed);
  });
  process.on('disconnect', () => void contender.close().finally(() => process.exit()));
  say({ ready: true });
} catch (cause) {
  failed(cause);
  process.exitCode = 1;
  process.disconnect?.();
}

import { reasonOf } from '@eucora/sdk';

/** @typedef {import('./contender.js').Contender} Contender */
/** @typedef {import('./contender.js').Reply} Reply */

/** One contender: `contender-process.mjs <file under contenders/> <settings as JSON>`. It ends when the other side lets go of it. */
const [file, settings] = process.argv.slice(2);

/** @param {Reply} reply */
const say = (reply) => process.send?.(reply);
/** @param {unknown} cause */
const failed = (cause) => say({ failed: reasonOf(cause) });

// Ctrl-C is for the one who started us: it ends us in order.
process.on('SIGINT', () => {});
try {
  /** @type {{ prepare(settings: object): Promise<Contender> }} */
  const { prepare } = await import(`./contenders/${file}`);
  const contender = await prepare(JSON.parse(String(settings)));
  process.on('message', (/** @type {{ slice: number }} */ { slice }) => {
    contender.slice(slice).then((done) => say({ slice: done }), failed);
  });
  process.on('disconnect', () => void contender.close().finally(() => process.exit()));
  say({ ready: true });
} catch (cause) {
  failed(cause);
  process.exitCode = 1;
  process.disconnect?.();
}

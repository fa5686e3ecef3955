import { loadConfig, startHost } from '@eucora/host';

/**
 * The host as it is shipped, with one addition: it dies (SIGKILL, no farewell) right before or right after the n-th event
 * of a type becomes durable. `EUCORA_CRASH_AT=after:RUN_ADMITTED:1`.
 */
const [moment = '', type = '', turn = '1'] = (process.env.EUCORA_CRASH_AT ?? '').split(':');
let left = Number(turn);

/** @param {string} now @param {string[]} types */
const dieAt = (now, types) => {
  if (now !== moment || !types.includes(type)) return undefined;
  left -= 1;
  if (left > 0) return undefined;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {}); // Nothing after this may happen, not even in the breath until the signal arrives.
};

const host = await startHost({
  config: loadConfig({ env: process.env, cwd: process.cwd() }),
  observeAppend: {
    before: ({ writes }) =>
      dieAt(
        'before',
        writes.flatMap(({ events }) => events.map((event) => event.type)),
      ),
    after: (events) =>
      dieAt(
        'after',
        events.map((event) => event.type),
      ),
  },
});
process.on('SIGTERM', () => void host.close().then(() => process.exit(0)));
process.stdout.write(`${host.url}\n`);

import { loadConfig, startHost } from '@eucora/host';

/**
 * The host as it is shipped, with one addition: its parent may tell it (over IPC, `after:RUN_ADMITTED:1`) to die, with
 * SIGKILL and no farewell, right before or right after the n-th event of a type becomes durable.
 */
let [moment, type, left] = ['', '', 0];
process.on('message', (/** @type {string} */ crashAt) => {
  const [when = '', what = '', turn = '1'] = crashAt.split(':');
  [moment, type, left] = [when, what, Number(turn)];
  process.send?.('armed');
});

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

import type { FreshPlane, StartFresh } from './plane.js';

/** A simulator's process. Each message is answered with an empty plane at the same address. */
const { start } = (await import(`./${process.argv[2]}.js`)) as { start: StartFresh };
let plane: FreshPlane | undefined;

async function fresh(): Promise<void> {
  const port = plane ? Number(new URL(plane.facts.url).port) : 0;
  await plane?.close();
  plane = await start(port);
  process.send!(plane.facts);
}

process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', () => void fresh());

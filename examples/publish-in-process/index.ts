import { realClock } from '@eucora/engine';
import { publishInProcess } from './publish.js';

await publishInProcess({
  clock: realClock,
  wait: (ms) => realClock.sleep(ms),
  say: (line) => console.log(line),
});

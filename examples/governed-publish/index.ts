import { realClock } from '@eucora/engine';
import { governedPublish } from './governed.js';

await governedPublish({
  clock: realClock,
  wait: (ms) => realClock.sleep(ms),
  say: (line) => console.log(line),
});

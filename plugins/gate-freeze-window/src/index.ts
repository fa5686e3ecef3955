import { definePlugin } from '@eucora/sdk';
import { freezeWindowConfig } from './config.js';
import { freezeWindow } from './gate.js';

export { FreezeWindowConfig, freezeWindowConfig } from './config.js';
export { freezeWindow, type FreezeRules, type Window } from './gate.js';
export { once, recurring, type Times } from './times.js';

export default definePlugin({
  kind: 'gate',
  name: 'freeze-window',
  summary: 'Says no while the estate is frozen or outside its change windows, and until when',
  config: freezeWindowConfig,
  create: (rules) => freezeWindow(rules),
});

import { definePlugin } from '@eucora/sdk';
import { config } from './config.js';
import { freezeWindow } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'freeze-window',
  summary: 'Says no while a ring is frozen, and until when',
  config,
  create: ({ freezes }) => freezeWindow(freezes),
});

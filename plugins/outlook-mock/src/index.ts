import 'reflect-metadata';
import { definePlugin } from '@eucora/sdk';
import { outlookMockSchema } from './config.js';
import { outlookMockOf } from './connector.js';

export type { OutlookMockConfig, OutlookMockSettings } from './config.js';
export { outlookMock, outlookMockOf, type OutlookMock } from './connector.js';
export type { Mailbox } from './mailbox.js';

export default definePlugin({
  kind: 'connector',
  name: 'outlook-mock',
  summary: 'A mailbox in JSON lines: messages, folders and contacts that never leave the disk',
  config: outlookMockSchema(),
  hosts: () => [],
  create: outlookMockOf,
});

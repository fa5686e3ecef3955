import { definePlugin } from '@eucora/sdk';
import { promotionConfig } from './config.js';
import { promotion } from './gate.js';

export type { PromotionConfig } from './config.js';
export { promotion } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'promotion',
  summary: 'Lets a package into a ring when the ring before it went well',
  config: promotionConfig,
  create: (config) => promotion(config),
});

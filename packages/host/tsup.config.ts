import { lib } from '../../tsup.base.js';

export default lib({ entry: ['src/index.ts', 'src/main.ts'] });

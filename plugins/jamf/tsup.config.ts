import { lib } from '../../tsup.base.js';

export default lib({
  entry: { index: 'src/index.ts', 'simulator/index': 'simulator/index.ts', 'simulator/serve': 'simulator/serve.ts' },
});

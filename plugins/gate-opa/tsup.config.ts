import { lib } from '../../tsup.base.js';

/** The thread is loaded by its file name, beside the index. */
export default lib({
  entry: ['src/index.ts', 'src/policy-thread.mjs'],
  dts: { entry: 'src/index.ts', compilerOptions: { ignoreDeprecations: '6.0', composite: false, incremental: false } },
});

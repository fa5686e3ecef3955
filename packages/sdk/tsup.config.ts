import { lib } from '../../tsup.base.js';

/** The root imports nothing at run time: `canonicalize` (RFC 8785), its one aid, is bundled. */
export default lib({
  entry: { index: 'src/index.ts', 'http/index': 'src/http/index.ts', 'testing/index': 'src/testing/index.ts' },
  noExternal: ['canonicalize'],
});

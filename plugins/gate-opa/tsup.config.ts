import { lib } from '../../tsup.base.js';

export default lib();

import { lockFolder } from '../src/folder/lock.js';

/** A process that holds a folder until it is killed: `node lock-holder.ts <folder>`. */
await lockFolder(process.argv[2]!);
process.stdout.write('held\n');
setInterval(() => {}, 1_000);

import { alone } from './bootstrap/alone.mjs';
import { buildPackages } from './bootstrap/build.mjs';
import { installDependencies } from './bootstrap/install.mjs';
import { requireNode } from './bootstrap/node-version.mjs';

/**
 * Makes a fresh clone ready to run, and a ready one readier in no time: the right Node, the locked dependencies.
 * Every command of the root `package.json` begins with it. Needs nothing but Node and npm.
 */
export async function bootstrap() {
  requireNode();
  await alone('installing', installDependencies);
}

/** Builds what has changed since the last build, in the order of the packages' dependencies. */
export const build = () => alone('building', buildPackages);

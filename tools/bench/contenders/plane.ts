import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ended } from '../contender.js';

/** Where a simulated tenant of Intune is, and how to sign in to it. */
export interface Plane {
  readonly url: string;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** The lab's devices. */
  readonly group: string;
}

export interface Planes {
  /** The same tenant at the same address, empty: what is done there gets the same ids as before. */
  fresh(): Promise<Plane>;
  close(): Promise<void>;
}

/** A simulator in a process of its own, as a plane is. */
export function startPlanes(): Planes {
  const child = fork(new URL('./plane-process.ts', import.meta.url));
  return {
    async fresh() {
      child.send('fresh');
      const [plane] = (await once(child, 'message')) as [Plane];
      return plane;
    },
    close: () => ended(child),
  };
}

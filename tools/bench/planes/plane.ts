import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ended } from '../contender.js';

export const PLANES = ['intune', 'jamf', 'sccm', 'landscape', 'ansible'] as const;
export type PlaneId = (typeof PLANES)[number];

/** Where a simulated plane is, and how a plugin gets in. Plain JSON. */
export interface PlaneFacts {
  readonly id: PlaneId;
  readonly url: string;
  /** Of the plugin; secrets are the references below. */
  readonly config: object;
  readonly secrets: Readonly<Record<string, string>>;
  /** The lab's devices. */
  readonly target: string;
}

export interface FreshPlane {
  readonly facts: PlaneFacts;
  close(): Promise<void>;
}

/** Starts a simulator that is in no hurry to be slow: nothing takes it any time, devices check in and install at once. */
export type StartFresh = (port: number) => Promise<FreshPlane>;

export interface Planes {
  /** The same plane at the same address, empty: what is done there gets the same ids as before. */
  fresh(): Promise<PlaneFacts>;
  close(): Promise<void>;
}

/** A simulator in a process of its own, as a plane is. */
export function startPlanes(id: PlaneId): Planes {
  const child = fork(new URL('./process.ts', import.meta.url), [id]);
  return {
    async fresh() {
      child.send('fresh');
      const [facts] = (await once(child, 'message')) as [PlaneFacts];
      return facts;
    },
    close: () => ended(child),
  };
}

/// <reference types="mocha" />
import { describeConvergence } from './convergence.js';
import { describeDeviceStates } from './device-states.js';
import { describeLifecycle } from './lifecycle.js';
import { describeMishaps } from './mishaps.js';
import type { PlaneUnderTest } from './plane-under-test.js';
import { describePlans } from './plans.js';
import { describeVersions } from './versions.js';

/**
 * What it takes to be an execution plane. Passing this is the definition, not a sample of it.
 *
 * Uses mocha's `describe` and `it`. What the plane does not declare among its capabilities is skipped, visibly.
 */
export function describePlane(name: string, given: PlaneUnderTest): void {
  describe(`${name} is an execution plane`, () => {
    describeLifecycle(given);
    describeConvergence(given);
    describePlans(given);
    describeVersions(given);
    describeDeviceStates(given);
    describeMishaps(given);
  });
}

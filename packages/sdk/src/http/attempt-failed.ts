import type { InternalAxiosRequestConfig } from 'axios';

import type { EucoraError } from '../errors.js';
import type { PlaneFailure } from './plane-http.js';

/** An attempt that was no success, on its way through axios-retry, which looks for `config`. Never leaves this folder. */
export class AttemptFailed extends Error {
  readonly worthRepeating: boolean;
  /** Milliseconds until another attempt may be made. */
  readonly waitMs: number;

  constructor(
    readonly config: InternalAxiosRequestConfig,
    readonly failure: PlaneFailure,
    readonly error: EucoraError,
    { worthRepeating, waitMs }: { worthRepeating: boolean; waitMs: number },
  ) {
    super(error.message);
    this.worthRepeating = worthRepeating;
    this.waitMs = waitMs;
  }
}

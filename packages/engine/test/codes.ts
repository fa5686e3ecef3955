import { isEucoraError, type EucoraError } from '@eucora/sdk';

/** The error that a call fails with; fails itself when the call does not. */
export async function codeOf(call: Promise<unknown>): Promise<EucoraError> {
  try {
    await call;
  } catch (cause) {
    if (isEucoraError(cause)) return cause;
    throw cause;
  }
  throw new Error('expected a failure');
}

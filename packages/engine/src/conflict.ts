import { isEucoraError } from '@eucora/sdk';

/** Somebody else wrote to the stream first. */
export const isConflict = (cause: unknown): boolean => isEucoraError(cause) && cause.code === 'VERSION_CONFLICT';

import type { EucoraError } from '@eucora/sdk';
import type { RunError } from './run.js';

export const runErrorOf = (error: EucoraError, now: Date): RunError => ({
  code: error.code,
  errorClass: error.errorClass,
  statusCode: error.statusCode,
  what: error.message,
  remedy: error.remedy,
  at: now.toISOString(),
});

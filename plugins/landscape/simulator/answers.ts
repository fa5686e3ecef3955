import { json, send, type Answer } from '@eucora/sdk/testing';

/** Landscape's error body, of the legacy API and of v2. The texts of its messages are not documented; these are ours. */
export const refused = (error: string, message: string, status = 400): Answer => json(status, { error, message });

/** Several complaints at once. */
export const refusedManifold = (errors: readonly { readonly error: string; readonly message: string }[]): Answer =>
  json(400, { error: 'MultiError', message: 'several things are wrong', errors });

/** Some actions answer plain text. */
export const refusedInText = (text: string): Answer => send(400, text, { 'content-type': 'text/plain' });

/** google.rpc.Status, as the package archive answers. */
export const archiveError = (status: number, code: number, message: string): Answer =>
  json(status, { code, message, details: [] });

export const NOT_FOUND = 5;
export const ALREADY_EXISTS = 6;
export const INVALID_ARGUMENT = 3;
export const FAILED_PRECONDITION = 9;
export const UNAVAILABLE = 14;

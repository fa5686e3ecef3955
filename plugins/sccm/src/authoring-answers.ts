import { EucoraError, type ErrorCode } from '@eucora/sdk';
import type { AuthoredApplication } from './authoring.js';

/** Our own codes, whichever way the answer comes. */
const MEANING: Readonly<Record<string, ErrorCode>> = {
  conflict: 'PLANE_CONFLICT',
  forbidden: 'PLANE_FORBIDDEN',
  invalid: 'PLANE_REJECTED',
  missing: 'PLANE_OBJECT_MISSING',
  busy: 'PLANE_ERROR',
  failed: 'PLANE_ERROR',
};

const REMEDY: Partial<Record<ErrorCode, string>> = {
  PLANE_CONFLICT:
    'Look at the named object in the Configuration Manager console; rename or delete it if it is not meant to be there.',
  PLANE_FORBIDDEN:
    'Give the account behind the authoring endpoint the rights that docs/modules/sccm/connector-spec.md names.',
  PLANE_OBJECT_MISSING: 'Check the named object in the Configuration Manager console.',
  PLANE_ERROR: 'The transcript on the authoring endpoint has the cause; the work is tried again.',
};

/** `{ "error": { "code": "conflict", "message": "…" } }` as the error that it stands for; nothing where the body is no such thing. */
export function complaintOf(
  body: unknown,
): { readonly code: ErrorCode; readonly what: string; readonly remedy?: string } | undefined {
  const { error } = (body ?? {}) as { error?: { code?: unknown; message?: unknown } };
  if (typeof error !== 'object' || error === null) return undefined;
  const code = MEANING[String(error.code)] ?? 'PLANE_ERROR';
  const remedy = REMEDY[code];
  const said = typeof error.message === 'string' ? error.message : 'no reason given';
  return { code, what: `the authoring endpoint says: ${said}`, ...(remedy !== undefined && { remedy }) };
}

/** @throws EucoraError `PLANE_ANSWER_INVALID` for an answer without the name that SCCM gave */
export function authoredOf(body: unknown): AuthoredApplication {
  const { model_name } = (body ?? {}) as Partial<AuthoredApplication>;
  if (typeof model_name === 'string' && model_name !== '') return { model_name };
  throw new EucoraError('PLANE_ANSWER_INVALID', {
    what: 'the authoring endpoint answered with success and no model_name',
  });
}

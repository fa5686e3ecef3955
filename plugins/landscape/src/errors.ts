import { EucoraError } from '@eucora/sdk';
import type { PlaneFailure, Reading } from '@eucora/sdk/http';
import type { ArchiveStatus } from './wire.js';

/** What an answer of Landscape says: `{ error, message }`, of several at once the gravest. */
export interface LandscapeComplaint {
  /** `UnknownPackages`, `DuplicatePackageProfile`; empty for a text that is no JSON. */
  readonly code: string;
  readonly message: string;
}

const LOGIN = /\/api\/v2\/login(\/access-key)?$/;
const LEGACY = /\/api\/$/;
const SPEC = 'docs/modules/landscape/connector-spec.md';

/** Worst first: of a MultiError the first of these that occurs decides. */
const GRAVITY = [/^SignatureDoesNotMatch$/, /^Unauthori[sz]ed$/, /^Duplicate/, /^Unknown/, /^OperationInProgress$/];

/**
 * What Landscape's answers mean where they differ from the table in SPEC section 4. Sources: the facts file, sections 3.2, 3.4 and 3.7; the
 * codes are those of the legacy actions (`x-error-codes` of the contract).
 */
export function classify(failure: PlaneFailure): Reading | undefined {
  const { status, target, method } = failure;
  const complaint = readComplaint(failure.body);
  const said = saying(complaint);
  const where = `${method} ${target}`;

  if (LOGIN.test(target) && (status === 400 || status === 401 || status === 403)) return refusedLogin(said);
  switch (status) {
    case 400:
      return complaint ? classifyBadRequest(complaint, where) : undefined;
    case 401:
      return LEGACY.test(target) ? undefined : { what: `Landscape refuses the token at ${where}${said}` };
    case 403:
      if (complaint?.code === 'SignatureDoesNotMatch') return badSignature(said);
      return {
        what: `Landscape refuses ${where}${said}`,
        remedy: `Give the hub's user the permissions that ${SPEC} names, and look whether its account is disabled.`,
      };
    case 415:
      return {
        what: `Landscape wants JSON at ${where}${said}`,
        remedy: 'Something in between changes the Content-Type of requests; it must stay application/json.',
      };
    default:
      return undefined;
  }
}

/** One status for all; only the code tells them apart. */
function classifyBadRequest(complaint: LandscapeComplaint, where: string): Reading {
  const { code } = complaint;
  const what = `Landscape refuses ${where}${saying(complaint)}`;
  if (code === 'SignatureDoesNotMatch') return badSignature(saying(complaint));
  if (/^Unauthori[sz]ed$/.test(code)) {
    return {
      code: 'PLANE_FORBIDDEN',
      errorClass: 'policy_violation',
      what,
      remedy: `Give the hub's user the permissions that ${SPEC} names, in the access group that is concerned.`,
    };
  }
  if (/^Duplicate/.test(code)) return { code: 'PLANE_CONFLICT', errorClass: 'permanent', what };
  if (/^Unknown/.test(code)) {
    return {
      code: 'PLANE_OBJECT_MISSING',
      errorClass: 'permanent',
      what,
      remedy: 'Look in Landscape whether somebody deleted or renamed it, and correct the configuration or the scope.',
    };
  }
  if (code === 'OperationInProgress') {
    return {
      code: 'PLANE_ERROR',
      errorClass: 'transient',
      what,
      remedy: 'Nothing to do: Landscape changes one pocket of a distribution at a time; it is tried again.',
    };
  }
  return { what };
}

const refusedLogin = (said: string): Reading => ({
  code: 'PLANE_UNAUTHENTICATED',
  errorClass: 'permanent',
  what: `Landscape gives no token for the access key${said}`,
  remedy:
    'Check accessKey and secretKey; the pair is made under "API credentials" of the user. Logging in by it needs 24.10 or later.',
});

const badSignature = (said: string): Reading => ({
  code: 'PLANE_UNAUTHENTICATED',
  errorClass: 'permanent',
  what: `Landscape refuses the signature of a request${said}`,
  remedy:
    'Check secretKey and the clock of this machine; a proxy must leave the Host and the path /api/ with its trailing slash as they are.',
});

/** JSON, one or several complaints, or the plain text that some actions answer (`id => message`, CancelActivities). */
export function readComplaint(body: unknown): LandscapeComplaint | undefined {
  if (typeof body === 'string')
    return body.trim() === '' || /^\s*</.test(body) ? undefined : { code: '', message: oneLine(body) };
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message, errors } = body as { error?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors)) {
    const each = errors.map(readComplaint).filter((one) => one !== undefined);
    const code = gravest(each.map((one) => one.code));
    if (each.length > 0) return { code, message: each.map((one) => one.message || one.code).join('; ') };
  }
  if (typeof error === 'string') return { code: error, message: textOf(message) };
  return typeof message === 'string' ? { code: '', message } : undefined;
}

const gravest = (codes: readonly string[]): string =>
  GRAVITY.flatMap((pattern) => codes.filter((code) => pattern.test(code)))[0] ?? codes[0] ?? '';

const saying = (complaint: LandscapeComplaint | undefined): string => {
  const said = [complaint?.code, complaint?.message].filter(Boolean).join(': ');
  return said ? `: ${said}` : '';
};

/** google.rpc.Code: 1 cancelled, 4 deadline exceeded, 8 resource exhausted, 10 aborted, 13 internal, 14 unavailable. */
const PASSES = new Set([1, 4, 8, 10, 13, 14]);

/** A long operation of the package archive that ended badly. */
export function failedOperation(what: string, { code = 2, message = '' }: ArchiveStatus): EucoraError {
  const passes = PASSES.has(code);
  return new EucoraError(passes ? 'PLANE_ERROR' : 'PLANE_REJECTED', {
    what: `Landscape did not finish ${what}: ${message || `code ${code}`}`,
    remedy: passes
      ? 'It is tried again. If it stays, look whether Landscape reaches artifactBaseUrl and has room on its disk.'
      : 'Look whether Landscape reaches artifactBaseUrl and gets the very package there; then publish again.',
    details: { rpc_code: code },
  });
}

const oneLine = (text: string) =>
  text
    .trim()
    .split(/\s*\r?\n\s*/)
    .join('; ')
    .slice(0, 300);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

import type { PlaneFailure, Reading } from '@eucora/sdk/http';

/** What an answer of Graph says, however deep it says it. */
export interface GraphComplaint {
  /** The deepest code that is there. */
  readonly code: string;
  /** Without Intune's envelope, its operation ids and its addresses. */
  readonly message: string;
  /** Intune's back end spoke through Graph. */
  readonly fromBackEnd: boolean;
}

interface MainError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly innerError?: MainError;
  readonly innererror?: MainError;
}

const BACK_END = /https:\/\/fef\.[\w.-]*manage\.microsoft\.com/i;
const NOT_PUBLISHED = /PublishingState is not 'Published'/i;
const NOT_ROUTED = /Resource not found for the segment|No OData route exists|No method match route template/i;
const MALFORMED = /ModelValidationFailure/i;
const INVALID_BLOCK_LIST = /<Code>InvalidBlockList<\/Code>/;
const TOKEN_SERVICE = /\/oauth2\/v2\.0\/token$/;
const ONE_APP = /\/deviceAppManagement\/mobileApps\/[^/]+$/;
const APP_PARTS = /\/deviceAppManagement\/mobileApps\/[^/]+/;
const GROUP_MEMBERS = /\/groups\/[^/]+\/transitiveMembers/;

/**
 * What Graph's answers mean where they differ from the table in SPEC section 4. Sources: the facts file, sections 3, 4 and 7
 * (Graph's error page, Intune tools that met these answers).
 */
export function classify(failure: PlaneFailure): Reading | undefined {
  if (TOKEN_SERVICE.test(failure.target)) return classifyToken(failure);
  const complaint = readComplaint(failure.body);
  const said = complaint?.message ? `: ${complaint.message}` : '';
  const where = `${failure.method} ${failure.target}`;

  switch (failure.status) {
    case 400:
      return classifyBadRequest(failure, complaint, said);
    case 401:
      // A new token does not help when Intune's own back end was refused; waiting does.
      if (!complaint?.fromBackEnd) return undefined;
      return { code: 'PLANE_ERROR', errorClass: 'transient', what: `Intune's back end refused Intune itself${said}` };
    case 403:
      return {
        what: `Graph refuses ${where}${said}`,
        remedy:
          'Grant the application permissions that docs/modules/intune/connector-spec.md names, with admin consent.',
      };
    case 404:
      if (GROUP_MEMBERS.test(failure.target)) {
        return { what: `Entra ID has no such group (${where})`, remedy: "Check the group ids in the intent's scopes." };
      }
      // Just created and not yet everywhere. Whoever asks for an app that may be gone accepts the 404 as an answer.
      return APP_PARTS.test(failure.target) && failure.replayable ? { errorClass: 'transient' } : undefined;
    case 409:
    case 412:
      // Directory_ConcurrencyViolation, and ConditionNotMet without any If-Match: the state is still spreading.
      return failure.replayable
        ? {
            code: 'PLANE_CONFLICT',
            errorClass: 'transient',
            what: `${where} met a change that is still spreading${said}`,
          }
        : undefined;
    case 504:
      return {
        what: `Graph ran out of time at ${where}`,
        remedy: 'Nothing to do at first. If it stays, the tenant needs smaller pages.',
      };
    default:
      return undefined;
  }
}

/** One code covers many causes here; only the message tells them apart. */
function classifyBadRequest(failure: PlaneFailure, complaint: GraphComplaint | undefined, said: string): Reading {
  if (NOT_PUBLISHED.test(complaint?.message ?? '')) {
    return { code: 'PLANE_CONFLICT', errorClass: 'transient', what: `the app is not published yet${said}` };
  }
  if (NOT_ROUTED.test(`${complaint?.code} ${complaint?.message}`)) {
    return {
      what: `Graph no longer has ${failure.method} ${failure.target}${said}`,
      remedy: 'Install a version of the plugin that knows the present API.',
    };
  }
  // Microsoft's own sample waits three minutes here after a large commit.
  if (failure.method === 'PATCH' && ONE_APP.test(failure.target) && !MALFORMED.test(complaint?.code ?? '')) {
    return { errorClass: 'transient', what: `Graph does not take the change of the app yet${said}` };
  }
  return { what: `Graph refuses ${failure.method} ${failure.target}${said}` };
}

/** The token service has a shape of its own: `{ error, error_description: 'AADSTS…' }`. */
function classifyToken({ status, body }: PlaneFailure): Reading | undefined {
  if (status !== 400 && status !== 401) return undefined;
  const { error, error_description: text } = (body ?? {}) as { error?: unknown; error_description?: unknown };
  const said = (textOf(text) || textOf(error) || `status ${status}`).split(/\r?\n/)[0];
  if (error === 'temporarily_unavailable')
    return { code: 'PLANE_ERROR', errorClass: 'transient', what: `Entra ID gives no token now: ${said}` };
  return {
    code: 'PLANE_UNAUTHENTICATED',
    errorClass: 'permanent',
    what: `Entra ID gives no token: ${said}`,
    remedy:
      'Check tenantId and clientId, and that the certificate is registered with the application and has not expired.',
  };
}

/**
 * Answers of the storage service. An address that was just made may be refused for a moment; an old one is renewed by the upload. A list
 * with a block that is not there (Azure, "Blob service error codes") is no mistake of ours: each of them was answered with success.
 */
export function classifyStorage({ status, headers, body }: PlaneFailure): Reading | undefined {
  if (status === 403) return { errorClass: 'transient', what: 'the storage service refuses the upload address' };
  if (status === 400 && (headers['x-ms-error-code'] === 'InvalidBlockList' || INVALID_BLOCK_LIST.test(textOf(body)))) {
    return {
      errorClass: 'transient',
      retry: false,
      what: 'the storage service does not have every block that it took',
      remedy: 'The content is uploaded again. If that fails too, look for a proxy that answers uploads itself.',
    };
  }
  return undefined;
}

/** Reads Graph's error, or nothing where the body is no such thing. */
export function readComplaint(body: unknown): GraphComplaint | undefined {
  const error = (body as { error?: MainError } | undefined)?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const raw = textOf(error.message);
  return { code: deepestCode(error), message: sentenceOf(raw), fromBackEnd: BACK_END.test(raw) };
}

function deepestCode(error: MainError): string {
  const inner = error.innerError ?? error.innererror;
  const deeper = inner && typeof inner === 'object' ? deepestCode(inner) : '';
  return deeper || textOf(error.code);
}

/** Intune puts a JSON document of its own into `message`. */
function sentenceOf(message: string): string {
  const text = message.trimStart().startsWith('{') ? (envelope(message) ?? message) : message;
  return text.split(/ - (?:Operation ID|Activity ID|Url:)/)[0]!.trim();
}

function envelope(message: string): string | undefined {
  try {
    const { Message: text } = JSON.parse(message) as { Message?: unknown };
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

import { EucoraError } from '@eucora/sdk';
import type { PlaneFailure, Reading } from '@eucora/sdk/http';

/**
 * Who spoke. `pro`: an ApiError of the Pro API. `classic`: the status page of the Classic API. `oauth`: RFC 6749. `edge`: a page of
 * whatever stands before Jamf Cloud.
 */
export interface JamfComplaint {
  readonly from: 'pro' | 'classic' | 'oauth' | 'edge';
  /** The Pro API's code (`DUPLICATE_FIELD`) or OAuth's (`invalid_client`). */
  readonly code: string;
  /** The sentence; empty where there is none. */
  readonly message: string;
}

const TOKEN = /\/api\/(v1\/)?oauth\/token$/;
const STATUS_PAGE = /<title>\s*Status page\s*<\/title>/i;
const STATUS_TEXT = /<p>\s*Error:\s*([\s\S]*?)\s*<\/p>/i;
const STATUS_WORD = /<p[^>]*>\s*([^<]+?)\s*<\/p>/i;

/**
 * What Jamf's answers mean where they differ from the table in SPEC section 4. Sources: the facts file, sections 1, 2.3, 2.5 and 2.9
 * (Jamf's served schema, Jamf's command line tool, recorded pages of other clients).
 */
export function classify(failure: PlaneFailure): Reading | undefined {
  if (failure.networkCode || failure.status === undefined) return undefined;
  const complaint = readComplaint(failure.body);
  const said = complaint?.message ? `: ${complaint.message}` : '';
  const where = `${failure.method} ${failure.target}`;
  if (TOKEN.test(failure.target) && [400, 401].includes(failure.status)) return noToken(complaint);

  switch (failure.status) {
    case 401:
      return { what: `Jamf Pro does not take our token for ${where}${said}` };
    case 403:
      return complaint?.from === 'edge' ? refusedByEdge(where) : { what: `Jamf Pro refuses ${where}${said}`, ...GRANT };
    case 404:
      return { what: `Jamf Pro has nothing at ${where}${said}` };
    case 409:
      return conflict(failure, complaint, where, said);
    case 423:
      // No operation declares it. Should it come, the object is being worked on (SPEC section 4).
      return { code: 'PLANE_CONFLICT', errorClass: 'transient', what: `${where} met a lock${said}` };
    case 504:
      return {
        what: `the edge of Jamf Cloud gave up on ${where}`,
        remedy: 'Nothing to do at first. If it stays with large pages, set a smaller pageSize.',
      };
    default:
      return isDuplicate(complaint)
        ? { code: 'PLANE_CONFLICT', errorClass: 'permanent', what: `${where} meets something that is there${said}` }
        : { what: `Jamf Pro answered ${failure.status} to ${where}${said}` };
  }
}

/** OAuth's own shape, with 400 where others have 401. */
function noToken(complaint: JamfComplaint | undefined): Reading {
  const said = [complaint?.code, complaint?.message].filter(Boolean).join(', ');
  return {
    code: 'PLANE_UNAUTHENTICATED',
    errorClass: 'permanent',
    what: `Jamf Pro gives no token${said ? `: ${said}` : ''}`,
    remedy: 'Check clientId and clientSecret, and that the API client is enabled.',
  };
}

const GRANT = {
  remedy: "Give the API client's role the privileges that docs/modules/jamf/connector-spec.md names.",
};

/** A burst of writes, or `file://` in a body (facts file, 2.3). A person looks before it is sent again. */
const refusedByEdge = (where: string): Reading => ({
  what: `the edge before Jamf Pro refuses ${where}; Jamf itself never saw it`,
  remedy: 'Look for file:// in the commands of the package, and for a firewall in between; then publish again.',
});

/** Never proof that the work is done: it is also validation, a dangling reference and a race (facts file, 2.8). */
function conflict(failure: PlaneFailure, complaint: JamfComplaint | undefined, where: string, said: string): Reading {
  // Whether it was carried out is looked up, not guessed: creates that ran in parallel were answered so and done.
  const retry = failure.replayable;
  if (/unable to update the database/i.test(complaint?.message ?? '')) {
    return { errorClass: 'transient', retry, what: `${where} met another change${said}` };
  }
  if (/problem with package/i.test(complaint?.message ?? '')) {
    return {
      code: 'PLANE_OBJECT_MISSING',
      errorClass: 'permanent',
      retry: false,
      what: `a package of the policy is not in Jamf Pro any more (${where}${said})`,
    };
  }
  return { errorClass: 'permanent', retry: false, what: `Jamf Pro answered 409 to ${where}${said}` };
}

/** Duplicates: Classic 409, packages 400 `DUPLICATE_FIELD`, groups 422. */
const isDuplicate = (complaint: JamfComplaint | undefined): boolean =>
  /duplicate/i.test(`${complaint?.code ?? ''} ${complaint?.message ?? ''}`);

/** What the answer says, or nothing where it says nothing. */
export function readComplaint(body: unknown): JamfComplaint | undefined {
  if (typeof body === 'string') return readPage(body);
  if (typeof body !== 'object' || body === null) return undefined;
  const { errors, error, error_description: description } = body as Record<string, unknown>;
  if (Array.isArray(errors)) {
    const causes = errors as readonly { code?: unknown; field?: unknown; description?: unknown }[];
    return {
      from: 'pro',
      code: wordsOf(causes[0]?.code),
      message: causes.map(sentenceOf).filter(Boolean).join('; '),
    };
  }
  if (typeof error === 'string') return { from: 'oauth', code: error, message: wordsOf(description) };
  return undefined;
}

function readPage(page: string): JamfComplaint | undefined {
  if (STATUS_PAGE.test(page) || STATUS_TEXT.test(page)) {
    const message = STATUS_TEXT.exec(page)?.[1] ?? STATUS_WORD.exec(page)?.[1] ?? '';
    return { from: 'classic', code: '', message: message.replace(/\s+/g, ' ') };
  }
  return /<html|<!doctype html/i.test(page) ? { from: 'edge', code: '', message: '' } : undefined;
}

function sentenceOf({ code, field, description }: { code?: unknown; field?: unknown; description?: unknown }): string {
  const about = wordsOf(field) ? ` (${wordsOf(field)})` : '';
  const text = [wordsOf(code), wordsOf(description)].filter(Boolean).join(' ');
  return text && `${text}${about}`;
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** It was 2xx and well formed, and still not what Jamf answers. */
export const notJamf = (what: string) => new EucoraError('PLANE_ANSWER_INVALID', { what });

export const notConverging = (what: string, details: Readonly<Record<string, unknown>> = {}) =>
  new EucoraError('PLANE_NOT_CONVERGING', { what, details });

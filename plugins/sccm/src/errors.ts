import { EucoraError, type ErrorCode } from '@eucora/sdk';
import type { PlaneFailure, Reading } from '@eucora/sdk/http';

const DENIED = /access (is )?denied|unauthorized|not authorized|insufficient (rights|permission)/i;
/** The service could not read what we sent, and says so with the number of something missing (AdamGrossTX/ConfigMgr.AdminService#12). */
const UNREADABLE = /ODataParameterReader|ODataMessageReader|cannot be deserialized/i;

const ASK_FOR_RIGHTS =
  'Give the connector\'s account the security role and scopes that docs/modules/sccm/connector-spec.md names. SCCM says "404" where it means "may not".';
const SIGN_IN =
  'Kerberos only: NTLM is refused since version 2509. Check the SPN HTTP/<fqdn of the SMS Provider>, the keytab, the clocks, and that ' +
  'the account is an administrative user of the site.';
const IN_ITS_LOGS = 'The cause is in SMSProv.log and adminservice.log on the SMS Provider.';

/**
 * What AdminService's answers mean where they differ from the table in SPEC section 4. Sources: facts file, B2 and B4
 * (MSEndpointMgr/ModernDriverManagement#179 and #35, AdamGrossTX/ConfigMgr.AdminService#12, sccmhunter#98).
 */
export function classify(failure: PlaneFailure): Reading | undefined {
  const complaint = readComplaint(failure.body);
  const said = complaint ? `: ${complaint}` : '';
  const where = `${failure.method} ${failure.target}`;

  switch (failure.status) {
    case 401:
      return { what: `AdminService does not let us in at ${where}${said}`, remedy: SIGN_IN };
    case 403:
      return { what: `SCCM refuses ${where}${said}`, remedy: ASK_FOR_RIGHTS };
    case 404:
      if (DENIED.test(complaint ?? '')) {
        return { code: 'PLANE_FORBIDDEN', what: `SCCM refuses ${where}${said}`, remedy: ASK_FOR_RIGHTS };
      }
      if (UNREADABLE.test(complaint ?? '')) {
        return { code: 'PLANE_REJECTED', what: `AdminService cannot read ${where}${said}` };
      }
      return { what: `SCCM has nothing at ${where}${said}` };
    case 500:
      return { what: `the SMS Provider failed at ${where}${said}`, remedy: IN_ITS_LOGS };
    default:
      return undefined;
  }
}

/** The sentence in `{"error":{"code":"404","message":"…"}}`, or nothing where the body is no such thing. */
export function readComplaint(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if (typeof error === 'string') return error;
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message.trim() : 'an error without a message';
}

/** A 2xx that carries an error was no success (a client that runs live checks for it: autopkg/iancohn-recipes). */
export const failedInside = (where: string, complaint: string): EucoraError =>
  DENIED.test(complaint)
    ? new EucoraError('PLANE_FORBIDDEN', { what: `SCCM refuses ${where}: ${complaint}`, remedy: ASK_FOR_RIGHTS })
    : new EucoraError('PLANE_REJECTED', {
        what: `SCCM answered ${where} with an error: ${complaint}`,
        remedy: IN_ITS_LOGS,
      });

/** A method ran and did not succeed. The numbers are WMI's. */
export const notDone = (where: string, returnValue: number): EucoraError =>
  new EucoraError('PLANE_REJECTED', {
    what: `SCCM ran ${where} and returned ${returnValue}`,
    remedy: IN_ITS_LOGS,
    details: { return_value: returnValue },
  });

/** It was JSON and 2xx, and still not what AdminService answers: something in between spoke. */
export const notAdminService = (what: string): EucoraError => new EucoraError('PLANE_ANSWER_INVALID', { what });

/** Missing rights also look like an empty list (ModernDriverManagement#35). */
export const seesNothing = (what: string): EucoraError =>
  new EucoraError('PLANE_FORBIDDEN', { what: `SCCM shows us no ${what} at all`, remedy: ASK_FOR_RIGHTS });

export const hasCode = (cause: unknown, code: ErrorCode): boolean =>
  (cause as { code?: unknown } | undefined)?.code === code;

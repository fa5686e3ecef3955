import { EucoraError } from '@eucora/sdk';
import type { SccmConfig } from './config.js';
import type { Negotiator } from './negotiate.js';
import { kerberosNegotiator } from './negotiate-kerberos.js';
import { tokenNegotiator } from './negotiate-token.js';

export const negotiatorFor = (config: SccmConfig): Negotiator =>
  withoutNtlm(
    config.negotiate.kind === 'kerberos' ? kerberosNegotiator(config.negotiate) : tokenNegotiator(config.negotiate),
  );

/** The provider's service in its realm; the port is no part of it. */
export const spnOf = (adminServiceUrl: string): string => `HTTP/${new URL(adminServiceUrl).hostname}`;

/** `NTLMSSP` and its closing zero, in base64, as every NTLM message begins. */
const NTLM = /^TlRMTVNTUA/;

/** What falls back to NTLM is stopped here, with a reason; the provider would only say 401. */
const withoutNtlm = (negotiator: Negotiator): Negotiator => ({
  close: () => negotiator.close(),
  async proof(ctx, spn) {
    const proof = await negotiator.proof(ctx, spn);
    if (!NTLM.test(proof)) return proof;
    throw new EucoraError('PLANE_UNAUTHENTICATED', {
      what: `what was to be a Kerberos proof for ${spn} is an NTLM message, which SCCM refuses since version 2509`,
      remedy: `Register the SPN ${spn} for the SMS Provider's account, use its full name in adminServiceUrl, and check keytab and DNS.`,
    });
  },
});

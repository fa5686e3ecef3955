import type { Context } from '@eucora/sdk';

/** Proves who we are to one service, by what stands behind `Negotiate` in the `Authorization` header (RFC 4559). */
export interface Negotiator {
  /**
   * What follows `Negotiate ` in the header: `YII…`. Called for every attempt, because a Kerberos proof is good for one.
   *
   * @param spn the service: `HTTP/smsprovider.contoso.com`
   * @throws EucoraError `PLANE_UNAUTHENTICATED` when there is nothing that the service would take
   */
  proof(ctx: Context, spn: string): Promise<string>;
  /** Lets go of files and tickets. */
  close(): Promise<void>;
}

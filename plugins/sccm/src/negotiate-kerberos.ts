import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EucoraError, reasonOf, type Context } from '@eucora/sdk';
import type { KerberosSignIn } from './config.js';
import type { Negotiator } from './negotiate.js';

/** The part of the npm package `kerberos` (Apache-2.0, native) that we use. */
export interface KerberosLibrary {
  readonly GSS_MECH_OID_SPNEGO: number;
  /** @param service `HTTP@host` */
  initializeClient(
    service: string,
    options: { readonly principal: string; readonly mechOID: number },
  ): Promise<{ step(challenge: string): Promise<string | null> }>;
}

/** Held in a variable, so that whoever builds or checks this package need not have it. */
const LIBRARY: string = 'kerberos';

export async function loadKerberos(name = LIBRARY): Promise<KerberosLibrary> {
  const loaded = (await import(name).catch((cause: unknown) => {
    throw new EucoraError('CONFIG_INVALID', {
      what: `negotiate.kind is "kerberos", and the package ${name} cannot be loaded: ${reasonOf(cause)}`,
      remedy: 'Install it beside the plugin: npm install kerberos@7. It needs the GSSAPI library of the system.',
      cause,
    });
  })) as KerberosLibrary & { readonly default?: KerberosLibrary };
  return loaded.default ?? loaded;
}

/** GSSAPI looks for the keytab in the environment of the process, so two connectors take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Signs in with a keytab. Every proof is made for one request: the service remembers those it has seen.
 *
 * @param load gives the library; called when the first proof is asked for
 */
export function kerberosNegotiator(
  { principal, keytab }: Pick<KerberosSignIn, 'principal' | 'keytab'>,
  load: () => Promise<KerberosLibrary> = loadKerberos,
): Negotiator {
  let library: Promise<KerberosLibrary> | undefined;
  let written: { readonly folder: string; readonly from: string } | undefined;

  /** The keytab as a file of our own (0600), written again when the secret has changed. */
  const keytabFile = async (ctx: Context): Promise<string> => {
    const from = (await ctx.secrets.resolve(keytab)).trim();
    if (!/^BQI/.test(from)) {
      throw new EucoraError('PLANE_UNAUTHENTICATED', {
        what: `what ${keytab} holds is no keytab in base64`,
        remedy: 'Put it there with: base64 -w0 < service.keytab',
      });
    }
    const folder = written?.folder ?? (await mkdtemp(join(tmpdir(), 'eucora-sccm-')));
    if (written?.from !== from) await writeFile(join(folder, 'keytab'), Buffer.from(from, 'base64'), { mode: 0o600 });
    written = { folder, from };
    return join(folder, 'keytab');
  };

  const prove = async (ctx: Context, spn: string): Promise<string> => {
    library ??= load();
    library.catch(() => (library = undefined));
    const { initializeClient, GSS_MECH_OID_SPNEGO: mechOID } = await library;
    const file = await keytabFile(ctx);
    const restore = setForNow({ KRB5_CLIENT_KTNAME: `FILE:${file}`, KRB5CCNAME: `FILE:${file}.cache` });
    try {
      const client = await initializeClient(spn.replace('/', '@'), { principal, mechOID });
      return (await client.step('')) ?? '';
    } catch (cause) {
      throw new EucoraError('PLANE_UNAUTHENTICATED', {
        what: `Kerberos gives ${principal} no ticket for ${spn}: ${reasonOf(cause)}`,
        remedy: 'Check keytab, krb5.conf, the clocks, and that the SPN is registered.',
        cause,
      });
    } finally {
      restore();
    }
  };

  return {
    async proof(ctx, spn) {
      const proof = turn.catch(() => {}).then(() => prove(ctx, spn));
      turn = proof;
      return proof;
    },
    async close() {
      if (written) await rm(written.folder, { recursive: true, force: true });
      written = undefined;
    },
  };
}

/** Sets variables of the process. @returns a function that puts back what was there */
function setForNow(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

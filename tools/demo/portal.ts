import { randomUUID, X509Certificate, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { importPKCS8, SignJWT } from 'jose';

/** What the simulator of Intune lets a connector know; an administrator needs no more. */
export interface IntuneFacts {
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** `file:/…` */
  readonly certificate: string;
  readonly privateKey: string;
}

interface App {
  readonly id: string;
  readonly displayName: string;
  readonly notes: string;
}

/** An administrator at the vendor's own console: sees the same objects as the hub, and owes it nothing. */
export async function portal(simulator: IntuneFacts) {
  const token = await signIn(simulator);
  const graph = async <Answer>(method: string, path: string): Promise<Answer> => {
    const answer = await fetch(`${simulator.graphUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  };
  const apps = async () => (await graph<{ value: App[] }>('GET', '/deviceAppManagement/mobileApps')).value;
  const assignments = async (app: App) =>
    (await graph<{ value: { id: string }[] }>('GET', `/deviceAppManagement/mobileApps/${app.id}/assignments`)).value;

  return {
    /** Apps on the plane, each with the number of its assignments. */
    async look(): Promise<readonly { readonly name: string; readonly assignments: number }[]> {
      return Promise.all(
        (await apps()).map(async (app) => ({ name: app.displayName, assignments: (await assignments(app)).length })),
      );
    },
    async deleteAllAssignments(): Promise<number> {
      let deleted = 0;
      for (const app of await apps()) {
        for (const { id } of await assignments(app)) {
          await graph('DELETE', `/deviceAppManagement/mobileApps/${app.id}/assignments/${id}`);
          deleted++;
        }
      }
      return deleted;
    },
  };
}

async function signIn(simulator: IntuneFacts): Promise<string> {
  const address = `${simulator.loginUrl}/${simulator.tenantId}/oauth2/v2.0/token`;
  const certificate = new X509Certificate(await readFile(fileIn(simulator.certificate)));
  const key = await importPKCS8(await readFile(fileIn(simulator.privateKey), 'utf8'), 'PS256');
  const assertion = await new SignJWT({})
    .setProtectedHeader({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    })
    .setAudience(address)
    .setIssuer(simulator.clientId)
    .setSubject(simulator.clientId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('5m')
    .sign(key);
  const answer = await fetch(address, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: simulator.clientId,
      scope: 'https://graph.microsoft.com/.default',
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  const { access_token } = (await answer.json()) as { access_token?: string };
  if (!access_token) throw new Error(`the simulator refused the administrator: ${answer.status}`);
  return access_token;
}

const fileIn = (reference: string): string => reference.replace(/^file:/, '');

import { constants, createPrivateKey, sign } from 'node:crypto';
import { planeHttp, type Method, type PlaneRequest } from '@eucora/sdk/http';
import { realClock, testContext } from '@eucora/sdk/testing';
import type { Contender } from '../contender.js';
import { repeated } from './callers.js';
import { startPlanes, type Plane } from './plane.js';
import { publishRun } from './publish-run.js';
import { recordHttp, type RecordedRequest } from './record-http.js';

/**
 * What a publish run sends, sent by a script that knows it all beforehand: the very requests of one recorded run, through the
 * same client, to a plane that is as empty as that run found it. Signing in is part of it: no script could leave it out.
 */
export async function prepare(): Promise<Contender> {
  const planes = startPlanes();
  // The first run compiles; the second is recorded.
  await publishRun(await planes.fresh());
  const requests = await recordHttp(async () => publishRun(await planes.fresh()));
  return {
    slice: (ms) => repeated(ms, async () => replay(await planes.fresh(), requests)),
    close: () => planes.close(),
  };
}

/** The client says these itself. */
const ITS_OWN = new Set([
  'authorization',
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'user-agent',
]);

async function replay(at: Plane, requests: readonly RecordedRequest[]): Promise<number> {
  const ctx = testContext({ clock: realClock });
  const began = performance.now();
  let [token, upload] = ['', ''];
  const client = planeHttp({
    plane: 'bare',
    baseUrl: at.graphUrl,
    hosts: [new URL(at.url).host],
    authorize: { token: async () => token },
  });
  for (const request of requests) {
    const isSignIn = request.path.endsWith('/token');
    if (isSignIn) signature(at);
    const path = request.path.replace(SIGNED_UPLOAD, upload);
    const { body } = await client.request<Answer | undefined>(ctx, { ...sameAs(request), url: `${at.url}${path}` });
    token = body?.access_token ?? token;
    upload = SIGNED_UPLOAD.exec(body?.azureStorageUri ?? '')?.[0] ?? upload;
  }
  client.close();
  return performance.now() - began;
}

/** What a later request needs of an earlier answer; all else is the same in every run. */
interface Answer {
  readonly access_token?: string;
  readonly azureStorageUri?: string;
}
const SIGNED_UPLOAD = /sp=w&sig=[^&]+/;

const sameAs = ({ method, headers, body, status, isJson }: RecordedRequest): Omit<PlaneRequest, 'url'> => ({
  method: method as Method,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ITS_OWN.has(name))),
  ...(body.length > 0 && { body }),
  ...(!headers['authorization'] && { anonymous: true }),
  answer: isJson ? 'json' : 'bytes',
  accept: [status],
});

/** The recorded assertion is good for every fresh tenant; making one costs what it costs the plugin. */
const signature = ({ certificate, privateKey }: Plane): Buffer =>
  sign('sha256', Buffer.from(certificate), {
    key: createPrivateKey(privateKey),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });

import { constants, createPrivateKey, sign } from 'node:crypto';
import { planeHttp, type Method, type PlaneRequest } from '@eucora/sdk/http';
import { realClock, testContext } from '@eucora/sdk/testing';
import type { Contender } from '../contender.js';
import { startPlanes, type PlaneFacts, type PlaneId } from '../planes/plane.js';
import { repeated } from './callers.js';
import { ChangedWords } from './changed-words.js';
import { publishRun } from './publish-run.js';
import { recordHttp, type RecordedRequest } from './record-http.js';

/**
 * What a publish run sends, sent by a script that knows it all beforehand: the very requests of one recorded run, through the
 * same client, to a plane that is as empty as that run found it. Signing in is part of it: no script could leave it out.
 */
export async function prepare({ plane }: { readonly plane: PlaneId }): Promise<Contender> {
  const planes = startPlanes(plane);
  // The first run compiles; the second is recorded.
  await publishRun(await planes.fresh());
  const at = await planes.fresh();
  const requests = await recordHttp(() => publishRun(at));
  return {
    slice: (ms) => repeated(ms, async () => replay(await planes.fresh(), requests, at)),
    close: () => planes.close(),
  };
}

/** The client says these itself. */
const ITS_OWN = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'user-agent']);

async function replay(at: PlaneFacts, requests: readonly RecordedRequest[], then: PlaneFacts): Promise<number> {
  const ctx = testContext({ clock: realClock });
  const began = performance.now();
  const words = new ChangedWords();
  words.learn(then, at);
  const client = planeHttp({ plane: 'bare', baseUrl: at.url, hosts: [new URL(at.url).host] });
  for (const request of requests) {
    const key = at.secrets['env:PRIVATE_KEY'];
    if (key && request.path.endsWith('/token')) signature(key);
    const answer = await client.request(ctx, sameAs(request, at.url, words));
    words.learn(request.isJson ? parsed(request.answer) : undefined, answer.body);
    const cookies = answer.headers['set-cookie'];
    if (cookies) words.learn(request.cookies.map(crumb), [cookies].flat().map(crumb));
  }
  client.close();
  return performance.now() - began;
}

function sameAs({ method, path, headers, body, status, isJson }: RecordedRequest, url: string, words: ChangedWords) {
  const isText = /json|form-urlencoded|xml|text/.test(headers['content-type'] ?? '');
  const request: PlaneRequest = {
    method: method as Method,
    url: `${url}${words.in(path)}`,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !ITS_OWN.has(name))
        .map(([name, value]) => [name, words.in(value)]),
    ),
    ...(body.length > 0 && { body: isText ? words.in(body.toString('utf8')) : body }),
    anonymous: true,
    answer: isJson ? 'json' : 'bytes',
    accept: [status],
  };
  return request;
}

const parsed = (bytes: Buffer): unknown => (bytes.length > 0 ? (JSON.parse(bytes.toString('utf8')) as unknown) : {});

const crumb = (cookie: string): string => cookie.split(';')[0]!;

/** The recorded assertion is good for every fresh tenant; making one costs what it costs the plugin. */
const signature = (privateKey: string): Buffer =>
  sign('sha256', Buffer.from(privateKey), {
    key: createPrivateKey(privateKey),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';

import { expect } from 'chai';

import type { Context, PlaneRequestRecord } from '../../src/context.js';
import type { ErrorCode } from '../../src/error-catalogue.js';
import { EucoraError, isEucoraError } from '../../src/errors.js';
import { type PlaneHttp, planeHttp, type PlaneHttpOptions } from '../../src/http/index.js';

const leftovers: (() => void)[] = [];
afterEach(() => leftovers.splice(0).forEach((close) => close()));

export interface Given {
  readonly ctx: Context;
  readonly audits: PlaneRequestRecord[];
  /** Milliseconds of every wait that was asked for; none of them took any time. */
  readonly waits: number[];
  pass(ms: number): void;
  stop(reason?: unknown): void;
}

/** A context on a virtual clock: who sleeps moves it. */
export function givenContext(over: Partial<Context> = {}): Given {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const audits: PlaneRequestRecord[] = [];
  const waits: number[] = [];
  const hub = new AbortController();
  const ctx: Context = {
    correlationId: '7d3f0a52-0f7c-4a55-9f5e-0c8d5b0f6a11',
    tenantId: 'contoso',
    actor: 'system',
    signal: hub.signal,
    readOnly: false,
    now: () => new Date(now),
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    secrets: { resolve: async (reference) => reference },
    artifacts: {
      open: async (sha256) => {
        throw new EucoraError('ARTIFACT_NOT_FOUND', { what: sha256 });
      },
    },
    audit: (record) => audits.push(record),
    ...over,
  };
  return { ctx, audits, waits, pass: (ms) => (now += ms), stop: (reason) => hub.abort(reason) };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Plane {
  readonly baseUrl: string;
  readonly host: string;
  /** What arrived, in order. */
  readonly ledger: Received[];
  readonly sockets: Set<Socket>;
}

/** A plane that speaks HTTP. `answer` gets the number of the request, from 1. */
export async function givenPlane(
  answer: (request: Received, response: ServerResponse, count: number) => unknown,
): Promise<Plane> {
  const ledger: Received[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request);
    const { method = '', url = '', headers } = request;
    const received = { method, url, headers, body };
    const count = ledger.push(received);
    await answer(received, response, count);
  };
  const server = createServer((request, response) => void serve(request, response));
  return { ...(await listening(server)), ledger };
}

/** A plane that speaks what it likes. `behave` is called with the bare socket when a request has arrived whole. */
export async function givenWire(behave: (socket: Socket, count: number) => void): Promise<Plane> {
  const ledger: Received[] = [];
  const server = createSocketServer((socket) => {
    let text = '';
    socket.on('error', nothing);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const received = wholeRequest(text);
      if (!received) return;
      text = '';
      behave(socket, ledger.push(received));
    });
  });
  return { ...(await listening(server as Server)), ledger };
}

/** A client that gives up after 10 s at the latest and whose waits are half of what they could be. */
export function givenClient(plane: Plane, over: Partial<PlaneHttpOptions> = {}): PlaneHttp {
  const client = planeHttp({
    plane: 'intune',
    baseUrl: `${plane.baseUrl}/v1.0`,
    hosts: [plane.host],
    deadlineMs: 10_000,
    backoff: { random: () => 0.5 },
    ...over,
  });
  leftovers.push(() => client.close());
  return client;
}

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** The error that the work ends with, of this code. */
export async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<EucoraError> {
  const thrown = await work.then(
    (answer) => expect.fail(`was answered ${JSON.stringify(answer)} and not refused with ${code}`),
    (error: unknown) => error,
  );
  if (!isEucoraError(thrown)) throw thrown;
  expect(thrown.code, thrown.message).to.equal(code);
  return thrown;
}

/** Lets the event loop turn until it is so; a test that waits for what never comes fails. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 200_000) expect.fail('what was waited for did not come');
    await new Promise(setImmediate);
  }
}

async function listening(server: Server): Promise<Pick<Plane, 'baseUrl' | 'host' | 'sockets'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  leftovers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, baseUrl: `http://${host}`, sockets };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client went away in the middle; what came is what there is.
  }
  return Buffer.concat(chunks).toString('latin1');
}

function wholeRequest(text: string): Received | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  if (rest.length === 0) return undefined;
  const body = rest.join('\r\n\r\n');
  const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (body.length < length) return undefined;
  const [method = '', url = ''] = head.split(' ');
  return { method, url, headers: {}, body };
}

function nothing(): void {
  // on purpose
}

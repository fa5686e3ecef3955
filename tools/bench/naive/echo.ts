import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';

/** Koa with a router, that reads a JSON body and gives it back: what answering costs when there is nothing to do. */
const router = new Router().post('/api/deployments/intents/:id/publish/', async (ctx) => {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) chunks.push(chunk);
  ctx.body = JSON.parse(Buffer.concat(chunks).toString()) as object;
});
const server = new Koa().use(router.routes()).listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit());

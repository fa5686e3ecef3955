import 'reflect-metadata';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Queue from 'bull';
import { plainToInstance } from 'class-transformer';
import { IsIn, IsString, Length, validate } from 'class-validator';
import Koa from 'koa';
import { DataSource } from 'typeorm';
import { auditEvents, deployments, idempotencyKeys } from './entities.js';

/**
 * The same request taken in the way that one would write it first: Koa, class-validator, a TypeORM transaction that saves
 * four rows, and a job for bull. No authentication, no chain. `server.ts <database url> [<redis url>]`
 */
class PublishBody {
  @IsString() @Length(1, 200) declare correlation_id: string;
  @IsIn(['lab', 'canary', 'pilot', 'department', 'global']) declare ring: string;
}

const CONNECTIONS = 16;
const [databaseUrl, redisUrl] = process.argv.slice(2);
const source = await new DataSource({
  type: 'postgres',
  url: databaseUrl!,
  poolSize: CONNECTIONS,
  entities: [idempotencyKeys, deployments, auditEvents],
  synchronize: true,
  installExtensions: false,
}).initialize();
const queue = redisUrl ? new Queue('publish', redisUrl) : undefined;

const router = new Router();
router.post('/api/deployments/intents/:id/publish/', async (ctx) => {
  const body = plainToInstance(PublishBody, JSON.parse(await read(ctx.req)) as object);
  const mistakes = await validate(body, { whitelist: true, forbidNonWhitelisted: true });
  if (mistakes.length > 0) {
    ctx.status = 400;
    ctx.body = { mistakes };
    return;
  }
  const { correlation_id: id, ring } = body;
  const intentId = String(ctx.params['id']);
  const answer = { correlation_id: id, intent_id: intentId, ring, status: 'QUEUED' };
  const requestHash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  await source.transaction(async (manager) => {
    await manager.getRepository(idempotencyKeys).save({ key: id, requestHash, response: answer });
    await manager
      .getRepository(deployments)
      .save({ id, intentId, ring, status: 'QUEUED', request: { correlation_id: id, ring } });
    for (const type of ['PUBLISH_REQUESTED', 'RUN_QUEUED'])
      await manager.getRepository(auditEvents).save({ correlationId: id, type, data: answer, actor: 'alice' });
  });
  await queue?.add({ id }, { jobId: id });
  ctx.status = 202;
  ctx.body = answer;
});

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const server = new Koa()
  .use(router.routes())
  .listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => process.exit(0));

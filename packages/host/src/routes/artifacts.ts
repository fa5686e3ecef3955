import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { EucoraError } from '@eucora/sdk';
import { route, type Route } from '../http/route.js';
import { ArtifactAnswer } from '../wire/package.js';
import type { Services } from './services.js';

const DIGEST = /^[0-9a-f]{64}$/;

/** Bytes by their SHA-256. Nothing is held in memory. */
export const artifactRoutes = ({ hub, storage, artifactLimit }: Services): readonly Route[] => [
  route({
    method: 'PUT',
    path: '/api/artifacts/{sha256}/',
    permission: 'package.create',
    tag: 'packages',
    summary: 'Upload the bytes of an artifact',
    streams: { request: 'application/octet-stream' },
    answers: { status: 201, of: ArtifactAnswer, what: 'Stored. Sending it again changes nothing.' },
    problems: ['ARTIFACT_MISMATCH', 'BODY_TOO_LARGE', 'STORAGE_FULL'],
    async handle({ params, incoming }) {
      const announced = incoming.headers['content-length'];
      const size = announced === undefined ? {} : { size: Number(announced) };
      if ((size.size ?? 0) > artifactLimit) throw tooLarge(artifactLimit);
      const { sha256, size: stored } = await hub.addArtifact(bounded(incoming, artifactLimit), {
        sha256: digest(params['sha256']!),
        ...size,
      });
      return { body: { sha256, size: stored } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/artifacts/{sha256}/',
    permission: 'package.read',
    tag: 'packages',
    summary: 'The bytes of an artifact',
    streams: { answer: 'application/octet-stream' },
    answers: { status: 200, what: 'The bytes.' },
    problems: ['ARTIFACT_NOT_FOUND'],
    async handle({ params }) {
      const sha256 = digest(params['sha256']!);
      const bytes = await hub.artifact(sha256);
      const info = await storage.blobs.stat(sha256);
      return {
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': `attachment; filename="${sha256}"`,
          ...(info && { 'Content-Length': String(info.size) }),
        },
        body: Readable.from(bytes, { objectMode: false }),
      };
    },
  }),
];

function digest(sha256: string): string {
  if (DIGEST.test(sha256)) return sha256;
  throw new EucoraError('INPUT_INVALID', {
    what: 'sha256 in the path is not 64 lower-case hex digits',
    details: { fields: [{ path: 'sha256', message: 'must be 64 lower-case hex digits' }] },
  });
}

async function* bounded(incoming: IncomingMessage, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    yield chunk;
  }
}

const tooLarge = (limit: number) =>
  new EucoraError('BODY_TOO_LARGE', {
    what: `the artifact is larger than ${limit} bytes`,
    remedy: 'Raise artifact_limit of the host, if artifacts may be that large.',
    details: { limit },
  });

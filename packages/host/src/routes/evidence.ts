import { Readable } from 'node:stream';
import { EucoraError } from '@eucora/sdk';
import { route, type Route } from '../http/route.js';
import { KeysAnswer } from '../wire/policy.js';
import type { Services } from './services.js';

export const evidenceRoutes = ({ hub, storage }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/evidence/{digest}/',
    permission: 'evidence.read',
    tag: 'audit',
    summary: 'An evidence pack as it was sealed, or what was found out for a run so far',
    answers: {
      status: 200,
      what: 'A DSSE envelope around an in-toto statement; its RFC 8785 form has the digest of the path.',
    },
    problems: ['EVIDENCE_NOT_FOUND'],
    handle: async ({ params }) => ({ body: await hub.evidence(digestOf(params['digest']!)) }),
  }),
  route({
    method: 'GET',
    path: '/api/evidence/{digest}/files/{sha256}/',
    permission: 'evidence.read',
    tag: 'audit',
    summary: 'A file of an evidence pack; under its own digest the envelope, byte for byte',
    streams: { answer: 'application/octet-stream' },
    answers: { status: 200, what: 'The bytes.' },
    problems: ['EVIDENCE_NOT_FOUND'],
    async handle({ params }) {
      const [digest, sha256] = [digestOf(params['digest']!), digestOf(params['sha256']!)];
      const files = await hub.evidenceFiles(digest);
      if (sha256 !== digest && !files.some((file) => file.sha256 === sha256))
        throw new EucoraError('EVIDENCE_NOT_FOUND', { what: `${sha256} is no file of the evidence ${digest}` });
      const info = await storage.blobs.stat(sha256);
      return {
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': `attachment; filename="${sha256}"`,
          ...(info && { 'Content-Length': String(info.size) }),
        },
        body: Readable.from(await hub.artifact(sha256), { objectMode: false }),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/keys/',
    permission: 'anybody',
    tag: 'audit',
    summary: 'The public keys that packs, plans and waivers of this hub are verified with',
    answers: { status: 200, of: KeysAnswer, what: 'The key that signs now, then those before it.' },
    handle: () => ({ body: { public_keys: hub.publicKeys } }),
  }),
];

function digestOf(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new EucoraError('EVIDENCE_NOT_FOUND', { what: `${text} is not a digest` });
}

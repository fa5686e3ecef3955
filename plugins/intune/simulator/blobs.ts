import { send, route, type Answer, type Clock, type Exchange, type Route } from '@eucora/sdk/testing';
import type { IntuneTenant } from './state.js';

/** The bytes behind the upload addresses. Not part of the tenant: nobody reads them stale. */
export interface Blobs {
  /** Lets somebody upload under this signature until then, in place of an earlier one. */
  open(id: string, signature: string, until: number): void;
  /** What the block list made of the blocks. */
  read(id: string): Buffer | undefined;
  drop(id: string): void;
  readonly routes: readonly Route<IntuneTenant>[];
}

interface Blob {
  signature: string;
  until: number;
  readonly blocks: Map<string, Buffer>;
  whole?: Buffer;
}

/**
 * Azure block blobs: `comp=block`, then `comp=blocklist`, at an address of two parts, container and blob. The query string is the
 * credential; a bearer token beside it is refused.
 */
export function blobs(clock: Clock): Blobs {
  const held = new Map<string, Blob>();

  const put = ({ params, query, headers, body }: Exchange<IntuneTenant>): Answer => {
    const blob = held.get(params.id!);
    if (headers.authorization) return storageError(400, 'InvalidAuthenticationInfo');
    if (!blob || query.sig !== blob.signature || clock.now().getTime() >= blob.until) {
      return storageError(403, 'AuthenticationFailed');
    }
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    if (query.comp === 'block' && query.blockid) return putBlock(blob, query.blockid, bytes);
    if (query.comp === 'blocklist') return putBlockList(blob, bytes.toString('utf8'));
    return storageError(400, 'InvalidQueryParameterValue');
  };

  return {
    open(id, signature, until) {
      const blob = held.get(id);
      if (blob) Object.assign(blob, { signature, until });
      else held.set(id, { signature, until, blocks: new Map() });
    },
    read: (id) => held.get(id)?.whole,
    drop: (id) => void held.delete(id),
    routes: [route<IntuneTenant>('PUT', '/uploads/{id}', put, { open: true, unchecked: true })],
  };
}

function putBlock(blob: Blob, id: string, bytes: Buffer): Answer {
  const [other] = blob.blocks.keys();
  if (other !== undefined && other.length !== id.length) return storageError(400, 'InvalidBlobOrBlock');
  blob.blocks.set(id, bytes);
  return send(201);
}

function putBlockList(blob: Blob, xml: string): Answer {
  const ids = [...xml.matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map((found) => found[1]!);
  const blocks = ids.map((id) => blob.blocks.get(id));
  if (blocks.some((block) => block === undefined)) return storageError(400, 'InvalidBlockList');
  blob.whole = Buffer.concat(blocks as Buffer[]);
  return send(201);
}

const storageError = (status: number, code: string): Answer =>
  send(status, `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`, {
    'content-type': 'application/xml',
    'x-ms-error-code': code,
  });

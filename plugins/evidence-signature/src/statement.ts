import { invalidDocument, parseJsonDocument, type Sha256 } from '@eucora/sdk';
import { listAt, quoted, textAt } from './fields.js';

const PAYLOAD = 'application/vnd.in-toto+json';
const STATEMENTS = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'];
const SLSA = 'https://slsa.dev/provenance/v1';

/** An in-toto statement about our artifact. Whether anybody signed it is not known here. */
export type Statement = Readonly<Record<string, unknown>>;

/**
 * A valid envelope says nothing about a file until its statement does: the artifact's digest has to be one of its subjects.
 *
 * @throws EucoraError `DOCUMENT_INVALID`
 */
export function readStatement(
  envelope: { readonly payloadType: string; readonly payload: Uint8Array },
  artifact: Sha256,
): Statement {
  if (envelope.payloadType !== PAYLOAD)
    throw invalidDocument(
      `signs ${quoted(envelope.payloadType)}, which names no artifact; an in-toto statement is needed`,
    );
  const statement = parseJsonDocument(envelope.payload);
  const type = textAt(statement, '_type') ?? '';
  if (!STATEMENTS.includes(type))
    throw invalidDocument(`is not an in-toto statement of version 1 or 0.1: ${quoted(type)}`);

  const subjects = listAt(statement, 'subject').map((subject) => textAt(subject, 'digest', 'sha256'));
  if (!subjects.some((sha256) => sha256?.toLowerCase() === artifact))
    throw invalidDocument(`is about another artifact (sha256 ${quoted(subjects[0] ?? 'of none')})`);
  return statement as Statement;
}

export interface Provenance {
  readonly builder: string;
  /** Where it was built from, with its digest: `git+https://… gitCommit:…`. */
  readonly source?: string;
}

/** @throws EucoraError `DOCUMENT_INVALID` unless the statement is SLSA provenance of version 1 */
export function readProvenance(statement: Statement): Provenance {
  const predicate = textAt(statement, 'predicateType') ?? '';
  if (predicate !== SLSA) throw invalidDocument(`is not SLSA provenance of version 1: ${quoted(predicate)}`);
  const builder = textAt(statement, 'predicate', 'runDetails', 'builder', 'id');
  if (!builder) throw invalidDocument('is SLSA provenance that names no builder');
  const source = sourceOf(listAt(statement, 'predicate', 'buildDefinition', 'resolvedDependencies'));
  return { builder, ...(source && { source }) };
}

/** The first dependency from a repository; where there is none, the first of all. */
function sourceOf(dependencies: readonly unknown[]): string | undefined {
  const isRepository = (dependency: unknown) => textAt(dependency, 'uri')?.startsWith('git+') === true;
  const source = dependencies.find(isRepository) ?? dependencies[0];
  const uri = textAt(source, 'uri');
  if (!uri) return undefined;
  const digests = ['gitCommit', 'sha1', 'sha256'].flatMap((name) => {
    const digest = textAt(source, 'digest', name);
    return digest ? [`${name}:${digest}`] : [];
  });
  return [uri, ...digests.slice(0, 1)].join(' ');
}

import { invalidDocument, untrusted } from '@eucora/sdk';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** Formats and keywords that Ajv does not know say nothing: our schemas have none, CycloneDX brings its own set. */
export const compile = (schema: object): ValidateFunction => new Ajv({ strict: false }).compile(schema);

/** @throws EucoraError `DOCUMENT_INVALID` with the first mistake and where it is */
export function check(valid: ValidateFunction, document: unknown, format: string): void {
  if (!valid(document)) throw invalidDocument(`is not valid ${format}: ${mistake(valid.errors?.[0])}`);
}

function mistake(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'it does not fit its schema', params = {} } = error ?? {};
  const property: unknown = params.additionalProperty;
  const names = typeof property === 'string' ? ` (${untrusted.text(property) ?? ''})` : '';
  return `${untrusted.text(instancePath) ?? 'the document'} ${message}${names}`;
}

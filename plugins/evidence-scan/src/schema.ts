import { invalidDocument, untrusted } from '@eucora/sdk';
import { Ajv, type ErrorObject } from 'ajv';

export const TEXT = { type: 'string' };

/** An object with at least these fields; what is not named may be anything. */
export const objectOf = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
});

/** Go writes `null` for an empty list. */
export const listOrNull = (items: object) => ({ type: ['array', 'null'], items });

/** A check of a report's shape, made when it is first needed. */
export function shape(format: string, schema: object): (report: unknown) => void {
  const ajv = new Ajv({ strict: false });
  return (report) => {
    if (!ajv.validate(schema, report)) throw invalidDocument(`is not a valid ${format}: ${mistake(ajv.errors?.[0])}`);
  };
}

const mistake = ({ instancePath = '', message = 'it does not fit' }: Partial<ErrorObject> = {}) =>
  `${untrusted.text(instancePath) ?? 'the document'} ${message}`;

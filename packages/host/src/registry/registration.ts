import { EucoraError } from '@eucora/sdk';
import { schemasOf } from '../schema/schemas.js';
import { checksFor, type FieldMistake } from '../schema/validator.js';
import { RegistrationAnswer } from '../wire/connector.js';

/** One line of the registry file, in the names that it has there. */
export type Registration = Readonly<RegistrationAnswer>;

export interface LineFault {
  /** From 1. */
  readonly line: number;
  readonly error: EucoraError;
}

const check = checksFor(schemasOf([RegistrationAnswer], [RegistrationAnswer]))('RegistrationAnswer');

/** @throws EucoraError `REGISTRY_INVALID` naming the line */
export function parseLine(text: string, line: number): Registration {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault(line, 'is not JSON', [], cause);
  }
  const mistakes = check(value);
  if (mistakes.length > 0)
    throw fault(line, mistakes.map(({ path, message }) => `${path} ${message}`).join(', '), mistakes);
  return value as Registration;
}

const fault = (line: number, what: string, fields: readonly FieldMistake[], cause?: unknown) =>
  new EucoraError('REGISTRY_INVALID', {
    what: `line ${line} of the registry: ${what}`,
    details: { line, fields },
    cause,
  });

import type { SchemaIssue, SchemaResult } from '@eucora/sdk';
import { validateSync, type ValidationError } from 'class-validator';

/** A Standard Schema whose answer does not have to be waited for. */
export interface SyncSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output>;
  };
}

/**
 * A class-validator class as the schema that the plugin port asks for. Fields without a decorator are refused by name.
 *
 * @param settle fills in what was left open; called with valid settings only
 * @param amend what to add to the given settings before they are checked
 */
export const schemaOf = <Settings extends object, Output>(
  Shape: new () => Settings,
  settle: (settings: Settings) => Output,
  amend: (given: Record<string, unknown>) => Record<string, unknown>,
): SyncSchema<Output> => ({
  '~standard': {
    version: 1,
    vendor: 'class-validator',
    validate: (value) => {
      if (!isRecord(value)) return { issues: [{ message: 'must be an object' }] };
      const settings = Object.assign(new Shape(), amend(value));
      const errors = validateSync(settings, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
      return errors.length > 0 ? { issues: errors.flatMap(toIssues) } : { value: settle(settings) };
    },
  },
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toIssues = ({ property, constraints = {} }: ValidationError): SchemaIssue[] =>
  Object.entries(constraints).map(([rule, message]) => ({
    path: property ? [property] : [],
    message: rule === 'whitelistValidation' ? 'is not a setting of this plugin' : message.replace(`${property} `, ''),
  }));

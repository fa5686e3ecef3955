import type { SchemaIssue, SchemaResult, StandardSchema } from './config.js';

/** A Standard Schema whose answer does not have to be waited for. */
export interface SyncSchema<Output> extends StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output>;
  };
}

/** As class-validator reports it. */
export interface ClassComplaint {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly ClassComplaint[];
}

/** The functions of class-validator and class-transformer. They are handed in, because the SDK brings no library. */
export interface ClassTools {
  validateSync(instance: object, options: object): readonly ClassComplaint[];
  /** For settings with classes inside; without it the fields are copied. */
  plainToInstance?<Settings extends object>(Shape: new () => Settings, value: object): Settings;
}

/** `file:/run/secrets/key`, `env:TOKEN`: a secret is named in a configuration and never written there. */
export const SECRET_REFERENCE = /^[a-z][a-z0-9+.-]*:.+/;

/** https, or plain http on this machine, which is there for simulators. */
export const SAFE_URL = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/;

/**
 * A class with class-validator's decorators as the schema that {@link definePlugin} asks for. Fields without a decorator are
 * refused by name; every complaint comes with its path, all at once.
 *
 * @param how.amend what to add to the given settings before they are checked
 * @param how.settle what to make of settings that are valid
 */
export function classSchema<Settings extends object, Output = Settings>(
  Shape: new () => Settings,
  { validateSync, plainToInstance }: ClassTools,
  how: { amend?(given: Record<string, unknown>): object; settle?(settings: Settings): Output } = {},
): SyncSchema<Output> {
  return {
    '~standard': {
      version: 1,
      vendor: 'class-validator',
      validate(value) {
        if (!isRecord(value)) return { issues: [{ message: 'must be an object' }] };
        const given = how.amend?.(value) ?? value;
        const settings = plainToInstance?.(Shape, given) ?? Object.assign(new Shape(), given);
        const complaints = validateSync(settings, {
          whitelist: true,
          forbidNonWhitelisted: true,
          forbidUnknownValues: true,
        });
        if (complaints.length > 0) return { issues: eachOnce(complaints.flatMap((complaint) => issuesOf(complaint))) };
        return { value: how.settle ? how.settle(settings) : (settings as unknown as Output) };
      },
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function issuesOf(complaint: ClassComplaint, above: readonly string[] = []): SchemaIssue[] {
  const { property, constraints = {}, children = [] } = complaint;
  const path = property ? [...above, property] : above;
  return [
    ...Object.entries(constraints).map(([rule, message]) => ({
      path,
      message: rule === 'whitelistValidation' ? 'is not a setting of this plugin' : withoutName(message, property),
    })),
    ...children.flatMap((child) => issuesOf(child, path)),
  ];
}

/** Validators begin their messages with the name, which the path says already. */
const withoutName = (message: string, property: string): string =>
  message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;

/** Two rules may have the same complaint about a field. */
const eachOnce = (issues: readonly SchemaIssue[]): SchemaIssue[] => [
  ...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values(),
];

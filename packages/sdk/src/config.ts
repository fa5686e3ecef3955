/** What https://standardschema.dev asks of a validator, so that a plugin may bring any of them. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output };
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/** `rings.lab.groups` */
export const describePath = (path: NonNullable<SchemaIssue['path']>): string =>
  path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

/** `rings.lab.groups: must be an array`, one line an issue. */
export const describeIssue = ({ path = [], message }: SchemaIssue): string =>
  path.length > 0 ? `${describePath(path)}: ${message}` : message;

/** For plugins that have nothing to set. A setting that somebody hopes for is refused by name. */
export const NO_SETTINGS: StandardSchema<object> = {
  '~standard': {
    version: 1,
    vendor: 'eucora',
    validate(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return { issues: [{ message: 'must be an object' }] };
      const issues = Object.keys(value).map((name) => ({ path: [name], message: 'is not a setting of this plugin' }));
      return issues.length > 0 ? { issues } : { value };
    },
  },
};

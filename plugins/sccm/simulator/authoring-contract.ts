import type { OpenApiDocument } from '@eucora/sdk/testing';

const text = { type: 'string', minLength: 1 };
const textOrNothing = { type: 'string' };
const closed = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const detection = {
  oneOf: [
    closed({ kind: { enum: ['file'] }, path: text, file_name: text, version: text }, ['kind', 'path', 'file_name']),
    closed({ kind: { enum: ['registry'] }, key_path: text, value_name: text, value: textOrNothing }, [
      'kind',
      'key_path',
    ]),
    closed({ kind: { enum: ['msi'] }, product_code: text, version: text }, ['kind', 'product_code']),
  ],
};

const application = closed(
  {
    display_name: text,
    comment: text,
    publisher: textOrNothing,
    software_version: text,
    localized_name: text,
    localized_description: textOrNothing,
    deployment_type: closed(
      {
        name: text,
        content_location: { type: 'string', pattern: '^\\\\\\\\' },
        install_command: text,
        uninstall_command: text,
        detection: { type: 'array', minItems: 1, items: detection },
      },
      ['name', 'content_location', 'install_command', 'uninstall_command', 'detection'],
    ),
  },
  [
    'display_name',
    'comment',
    'publisher',
    'software_version',
    'localized_name',
    'localized_description',
    'deployment_type',
  ],
);

const distribution = closed({ display_name: text, distribution_points: { type: 'array', minItems: 1, items: text } }, [
  'display_name',
  'distribution_points',
]);

const post = (schema: object) => ({
  post: { requestBody: { required: true, content: { 'application/json': { schema } } }, responses: {} },
});

/** The contract of the authoring facade. It is ours; docs/modules/sccm/connector-spec.md says it in words. */
export const AUTHORING_CONTRACT: OpenApiDocument = {
  openapi: '3.0.3',
  servers: [{ url: 'https://authoring.example/authoring/v1' }],
  paths: {
    '/health': { get: { responses: {} } },
    '/applications': post(application),
    '/distributions': post(distribution),
  },
};

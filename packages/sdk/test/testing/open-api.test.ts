import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isEucoraError } from '@eucora/sdk';
import {
  openApiValidator,
  type OpenApiDocument,
  type OpenApiOptions,
  type SimulatorRequest,
} from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('a validator made from an OpenAPI document', () => {
  it('knows the paths and the methods', async () => {
    expect(await violations('GET', '/v1/shapes')).to.deep.equal([]);
    expect(await violations('GET', '/v1/shapes/7')).to.deep.equal([]);
    expect(await violations('GET', "/v1/shapes('7')")).to.deep.equal([]);
    expect(await violations('GET', '/v1/shapes(7)')).to.deep.equal([]);
    expect(await violations('GET', '/v1/nothing')).to.deep.equal(['the contract has no path /v1/nothing']);
    expect(await violations('GET', '/shapes')).to.deep.equal(['the contract has no path /shapes']);
    expect(await violations('PUT', '/v1/shapes')).to.deep.equal(['the contract has no PUT for /shapes']);
  });

  it('finds the base path of the simulator where it is told', async () => {
    const validate = await openApiValidator(DOCUMENT, { basePath: '/sim' });
    expect(validate(request('GET', '/sim/shapes'))).to.deep.equal([]);
  });

  it('asks for what the query must have, and for nothing that it does not know', async () => {
    expect(await violations('GET', '/v1/search')).to.deep.equal(['the query option q is required']);
    expect(await violations('GET', '/v1/search', { query: { q: 'x', $top: '5' } })).to.deep.equal([]);
    expect(await violations('GET', '/v1/search', { query: { q: 'x', $tpo: '5' } })).to.deep.equal([
      'the contract has no query option $tpo here',
    ]);
    expect(
      await violations('GET', '/v1/search', { query: { q: 'x', $tpo: '5' } }, { strictQuery: false }),
    ).to.deep.equal([]);
  });

  it('holds a body against the schema that its discriminator names', async () => {
    const circle = { '@odata.type': '#demo.circle', name: 'c', radius: 2 };
    expect(await posted(circle)).to.deep.equal([]);
    expect(await posted({ ...circle, '@odata.type': 'demo.circle' })).to.deep.equal([]);
    expect(await posted({ ...circle, radius: 'two' })).to.deep.equal(['body/radius must be number']);
    expect(await posted({ '@odata.type': '#demo.circle', name: 'c' })).to.deep.equal([
      "body must have required property 'radius'",
    ]);
    expect(await posted({ ...circle, edges: 4 })).to.deep.equal(['body must NOT have unevaluated properties (edges)']);
    expect(await posted({ ...circle, edges: 4 }, { strictBody: false })).to.deep.equal([]);
    expect(await posted({ ...circle, 'owner@odata.bind': 'x' })).to.deep.equal([]);
  });

  it('understands null, enumerations, limits, unions and nesting as OpenAPI 3.0 and OData write them', async () => {
    const good = {
      name: 'n',
      note: null,
      colour: null,
      size: 3,
      owner: null,
      parts: [{ '@odata.type': '#demo.circle', radius: 1, name: 'p' }],
    };
    expect(await posted(good)).to.deep.equal([]);
    expect(await posted({ ...good, owner: { mail: 'a@b' }, width: 'auto' })).to.deep.equal([]);
    expect(await posted({ name: null })).to.deep.equal(['body/name must be string']);
    expect(await posted({ name: 'n', size: 0 })).to.deep.equal(['body/size must be > 0']);
    expect((await posted({ name: 'n', owner: { mial: 'a@b' } })).join()).to.include('unevaluated properties (mial)');
    expect((await posted({ name: 'n', colour: 'blue' })).join()).to.include('(red, green)');
    expect(
      await posted({ name: 'n', parts: [{ '@odata.type': '#demo.circle', name: 'p', radius: 'x' }] }),
    ).to.deep.equal(['body/parts/0/radius must be number']);
    expect(await posted({ name: 'n', labels: { a: 1 } })).to.deep.equal(['body/labels/a must be string']);
  });

  it('does not ask a request for what only answers carry', async () => {
    expect(await posted({ name: 'n' })).to.deep.equal([]);
  });

  it('asks for a body where one is required, and leaves bytes alone', async () => {
    expect(await violations('POST', '/v1/shapes')).to.deep.equal(['a body is required']);
    expect(await violations('POST', '/v1/shapes', { body: Buffer.from('x') })).to.deep.equal([]);
  });

  it('refuses another kind of document, and a reference to nothing', async () => {
    const refusal = await openApiValidator({ ...DOCUMENT, openapi: '3.1.0' }).catch((cause: unknown) => cause);
    expect(isEucoraError(refusal) && refusal.code).to.equal('CONFIG_INVALID');
    const broken = await openApiValidator({
      openapi: '3.0.3',
      paths: { '/x': { get: { parameters: [{ $ref: '#/components/parameters/gone' }] } } },
    });
    expect(() => broken(request('GET', '/x'))).to.throw('the document has no #/components/parameters/gone');
  });

  it('takes the documented requests of Intune for what they are', async function () {
    if (!existsSync(CONTRACTS)) {
      console.warn(
        '    SKIPPED: the vendor contracts are not at ../shared/contracts, nothing was checked against them',
      );
      return this.skip();
    }
    const validate = await openApiValidator(readJson('intune-graph.openapi.json') as OpenApiDocument);
    const checked: string[] = [];
    for (const file of readdirSync(`${CONTRACTS}/examples/intune`)) {
      const example = (readJson(`examples/intune/${file}`) as { request?: Example }).request;
      if (example?.apiVersion !== 'v1.0' || !(file in DOCUMENTED)) continue;
      const [path = '', query = ''] = `/v1.0${example.path}`.split('?');
      const found = validate(
        request(example.method, path, { body: example.body, query: Object.fromEntries(new URLSearchParams(query)) }),
      );
      expect(found, file).to.deep.equal(DOCUMENTED[file]);
      checked.push(file);
    }
    expect(checked).to.have.length(Object.keys(DOCUMENTED).length);
  });
});

interface Example {
  readonly method: string;
  readonly apiVersion?: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What there is to say against each example. */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  '01-win32lobapp-create.json': [],
  '12-win32lobapp-delete.json': [],
  '15-mobileappassignment-create.json': [],
  '16-windowsmobilemsi-create.json': [],
};

const CONTRACTS = fileURLToPath(new URL('../../../../../shared/contracts', import.meta.url));
const readJson = (file: string): unknown => JSON.parse(readFileSync(`${CONTRACTS}/${file}`, 'utf8'));

const DOCUMENT: OpenApiDocument = {
  openapi: '3.0.3',
  servers: [{ url: 'https://demo.example.com/v1' }],
  paths: {
    '/shapes': {
      get: {},
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/demo.shape' } } },
        },
      },
    },
    '/shapes/{shape-id}': { parameters: [{ name: 'shape-id', in: 'path', required: true }], get: {} },
    '/search': {
      parameters: [{ $ref: '#/components/parameters/top' }],
      get: { parameters: [{ name: 'q', in: 'query', required: true }] },
    },
  },
  components: {
    parameters: { top: { name: '$top', in: 'query' } },
    schemas: {
      'demo.entity': {
        type: 'object',
        properties: { id: { type: 'string', readOnly: true }, '@odata.type': { type: 'string' } },
        required: ['id'],
      },
      'demo.shape': {
        allOf: [
          { $ref: '#/components/schemas/demo.entity' },
          {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              note: { type: 'string', nullable: true, format: 'no-such-format' },
              colour: { type: 'string', enum: ['red', 'green'], nullable: true },
              size: { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 10 },
              width: {
                oneOf: [
                  { type: 'number', nullable: true },
                  { type: 'string', nullable: true },
                ],
              },
              owner: { anyOf: [{ $ref: '#/components/schemas/demo.owner' }, { type: 'object', nullable: true }] },
              parts: { type: 'array', items: { $ref: '#/components/schemas/demo.shape' } },
              labels: { type: 'object', additionalProperties: { type: 'string' } },
              shadow: { not: { type: 'string' } },
              open: { type: 'object', additionalProperties: true },
            },
          },
        ],
        discriminator: { propertyName: '@odata.type', mapping: { '#demo.circle': '#/components/schemas/demo.circle' } },
      },
      'demo.circle': {
        allOf: [
          { $ref: '#/components/schemas/demo.shape' },
          { type: 'object', required: ['radius'], properties: { radius: { type: 'number' } } },
        ],
      },
      'demo.owner': { type: 'object', properties: { mail: { type: 'string' } } },
    },
  },
};

const request = (method: string, path: string, rest: Partial<SimulatorRequest> = {}): SimulatorRequest => ({
  method,
  path,
  query: {},
  headers: {},
  body: undefined,
  ...rest,
});

const violations = async (method: string, path: string, rest?: Partial<SimulatorRequest>, options?: OpenApiOptions) =>
  (await openApiValidator(DOCUMENT, options))(request(method, path, rest));

const posted = (body: unknown, options?: OpenApiOptions) => violations('POST', '/v1/shapes', { body }, options);

import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { exampleOf } from '../src/openapi/example.js';
import { referredTo, type JsonSchema } from '../src/schema/schemas.js';
import { approval, drift, intent, pkg, plan, rollout } from './canned.js';
import { eventToWire, intentToWire, packageToWire, rolloutToWire, toWire } from '../src/wire/to-wire.js';
import { givenRoutes, leftovers } from './given.js';

describe('the OpenAPI document', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('has every address that DESIGN promises, with what it takes and gives', async () => {
    const { paths } = await given();
    const addresses = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );

    expect(addresses).to.include.members([
      'get /healthz',
      'get /readyz',
      'get /metrics',
      'post /api/packages/',
      'get /api/packages/',
      'put /api/artifacts/{sha256}/',
      'get /api/artifacts/{sha256}/',
      'post /api/deployments/intents/',
      'get /api/deployments/intents/',
      'get /api/deployments/intents/{id}/',
      'post /api/deployments/intents/{id}/plan/',
      'post /api/deployments/intents/{id}/publish/',
      'post /api/deployments/intents/{id}/promote/',
      'post /api/deployments/intents/{id}/halt/',
      'post /api/deployments/intents/{id}/rollback/',
      'get /api/runs/{correlation_id}/',
      'post /api/reconcile/',
      'get /api/drift/',
      'get /api/approvals/',
      'post /api/approvals/{id}/approve/',
      'post /api/approvals/{id}/reject/',
      'get /api/evidence/{digest}/',
      'get /api/events/',
      'get /api/events/verify/',
      'get /api/connectors/',
      'post /api/connectors/',
      'post /api/connectors/{id}/enable/',
      'post /api/connectors/{id}/disable/',
      'get /api/connectors/{id}/heartbeat/',
      'get /api/connectors/{id}/history/',
      'post /api/connectors/{id}/publish',
      'get /api/connectors/{id}/status/{correlation_id}',
      'post /api/connectors/{id}/remediate',
    ]);
    const publish = paths['/api/deployments/intents/{id}/publish/']!['post']!;
    expect(publish.parameters.map(({ name }: JsonSchema) => name)).to.deep.equal(['id', 'Idempotency-Key']);
    expect(Object.keys(publish.responses)).to.include.members(['202', '400', '401', '403', '404', '409', '422', '503']);
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('refers to nothing that is not there, and holds nothing that nobody refers to', async () => {
    const document = await given();

    const named = Object.keys(document.components.schemas);

    expect(new Set(referredTo(document as unknown as JsonSchema))).to.deep.equal(new Set(named));
  });

  it('closes what is sent, and leaves open what is answered', async () => {
    const { components } = await given();

    for (const name of ['IntentBody', 'RingBody', 'Scope', 'PackageBody', 'MsiDetection'])
      expect(components.schemas[name]!['additionalProperties'], name).to.equal(false);
    expect(components.schemas['RolloutAnswer']).to.not.have.property('additionalProperties');
  });

  it('describes what the host really answers', async () => {
    const { components } = await given();
    const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: true, allErrors: true });
    ajv.addSchema({ $id: 'd', components });
    const mistakes = (name: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `d#/components/schemas/${name}` });
      return validate(JSON.parse(JSON.stringify(value))) ? [] : validate.errors;
    };
    const answered = { correlation_id: 'c', status_code: 200 };
    const event = {
      position: 1,
      stream: 's',
      version: 1,
      type: 'T',
      data: null,
      correlationId: 'c',
      actor: 'a',
      createdAt: intent.createdAt,
      hash: 'ab'.repeat(32),
      prevHash: 'ab'.repeat(32),
    };

    expect(mistakes('PackageAnswer', packageToWire(pkg))).to.deep.equal([]);
    expect(mistakes('IntentAnswer', intentToWire(intent))).to.deep.equal([]);
    expect(mistakes('RolloutAnswer', rolloutToWire(rollout('c')))).to.deep.equal([]);
    expect(mistakes('PlanAnswer', { ...(toWire(plan) as object), ...answered })).to.deep.equal([]);
    expect(mistakes('DriftAnswer', toWire(drift))).to.deep.equal([]);
    expect(mistakes('ApprovalAnswer', toWire(approval))).to.deep.equal([]);
    expect(mistakes('EventAnswer', eventToWire(event))).to.deep.equal([]);
  });

  it('gives each body an example that the host would take', async () => {
    const { components, paths } = await given();
    const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: true });
    ajv.addSchema({ $id: 'd', components });
    const bodies = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(
        ({ requestBody }) =>
          (requestBody?.['content'] as Record<string, { schema: JsonSchema }>)?.['application/json'] ?? [],
      );

    expect(bodies).to.have.length.greaterThan(8);
    for (const { schema } of bodies) {
      const validate = ajv.compile({ $ref: `d${String(schema['$ref'])}` });
      expect(
        validate(exampleOf(schema, components.schemas)),
        `${String(schema['$ref'])} ${JSON.stringify(validate.errors)}`,
      ).to.equal(true);
    }
  });

  async function given() {
    const { ask } = await givenRoutes(left);
    return (await ask('GET', '/api/schema/')).body as Document;
  }
});

describe('the page about the API', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('takes nothing from outside', async () => {
    const { ask } = await givenRoutes(left);
    const page = await ask('GET', '/api/docs/');

    expect(page.headers.get('content-security-policy')).to.include("default-src 'self'");
    expect(page.text).to.include('/api/deployments/intents/{id}/publish/');
    const linked = [...page.text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, target]) => target!);
    expect(linked).to.have.members(['/api/docs/style.css', '/api/docs/console.js', '/api/schema/']);
    for (const target of linked) expect((await ask('GET', target)).status, target).to.equal(200);
    expect(page.text).to.not.match(/<script>|<style>| on\w+=| style=/);
    expect((await ask('GET', '/api/docs/console.js')).headers.get('content-type')).to.include('text/javascript');
  });
});

interface Document {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; parameters: JsonSchema[]; responses: object; requestBody?: JsonSchema }>
  >;
  readonly components: { readonly schemas: Record<string, JsonSchema> };
}

import { mayDo, ROLES, type Permission } from '@eucora/sdk';
import { expect } from 'chai';
import { permissionsOf } from '../src/identity/authorization.js';
import type { Route } from '../src/http/route.js';
import { routeTable } from '../src/routes/table.js';
import { AUDIENCE, startProvider, type TestProvider } from '../../../tools/test/identity-provider.js';
import { asking, givenConfig, givenFolder, givenStorage, leftovers, type Ask } from './given.js';
import { startHost } from '../src/start-host.js';

/** Every address, asked by every role: generated from the two tables, and nothing is left out. */
describe('who may do what', function () {
  this.timeout(120_000);
  const left = leftovers();
  let provider: TestProvider;
  let ask: Ask;
  const routes = givenTable();

  before(async () => {
    provider = await startProvider();
    left.keep(() => provider.close());
    ask = await givenHostFor(provider);
  });
  after(() => left.clear());

  it('is declared by every address', () => {
    expect(routes).to.have.length.greaterThan(30);
    for (const route of routes) expect(declared(route), `${route.method} ${route.path}`).to.equal(true);
  });

  it('is asked of nobody only where it is said so', () => {
    expect(routes.filter(({ permission }) => permission === 'anybody').map(({ path }) => path)).to.have.members([
      '/api/keys/',
      '/healthz',
      '/readyz',
      '/api/auth/',
      '/api/schema/',
      '/api/docs/',
      '/api/docs/console.js',
      '/api/docs/style.css',
    ]);
    expect(routes.filter(({ permission }) => permission === 'signed_in').map(({ path }) => path)).to.deep.equal([
      '/api/whoami/',
    ]);
  });

  for (const role of [...Object.keys(ROLES), 'a_role_that_nobody_knows', 'no role']) {
    it(`holds for ${role}`, async () => {
      const token = await provider.token({ sub: role, roles: role === 'no role' ? [] : [role] });

      for (const route of routes) {
        const { status, body } = await request(route, `Bearer ${token}`);
        const may =
          !Array.isArray(route.permission) &&
          typeof route.permission === 'string' &&
          !permissionsOf(route.permission).length
            ? true
            : permissionsOf(route.permission).some((permission) => mayDo([role], permission));
        const what = `${role}: ${route.method} ${route.path} ${body?.code}`;
        expect(status, what).to.not.equal(401);
        expect(status === 403 && body.code === 'FORBIDDEN', what).to.equal(!may);
      }
    });
  }

  it('holds for nobody', async () => {
    for (const authorization of [undefined, 'Bearer nonsense'])
      for (const route of routes) {
        const { status } = await request(route, authorization);
        const what = `${route.method} ${route.path}`;
        if (route.permission === 'anybody') expect(status, what).to.equal(200);
        else expect(status, what).to.equal(401);
      }
  });

  it('lets each role do its ordinary job', () => {
    const jobs: readonly (readonly [keyof typeof ROLES, readonly string[]])[] = [
      ['packaging_engineer', ['POST /api/packages/', 'GET /api/packages/', 'PUT /api/artifacts/{sha256}/']],
      [
        'publisher',
        ['GET /api/packages/', 'POST /api/deployments/intents/', 'GET /api/approvals/', 'GET /api/connectors/'],
      ],
      ['cab_approver', ['GET /api/approvals/', 'GET /api/runs/{correlation_id}/', 'GET /api/evidence/{digest}/']],
      ['endpoint_ops', ['GET /api/drift/', 'POST /api/reconcile/', 'GET /api/connectors/{id}/status/{correlation_id}']],
      ['auditor', ['GET /api/events/', 'GET /api/events/verify/', 'GET /api/packages/', 'GET /api/evidence/{digest}/']],
      [
        'agent',
        ['POST /api/deployments/intents/', 'POST /api/deployments/intents/{id}/publish/', 'GET /api/approvals/'],
      ],
    ];
    for (const [role, addresses] of jobs)
      for (const address of addresses) {
        const route = routes.find(({ method, path }) => `${method} ${path}` === address)!;
        const wanted = permissionsOf(route.permission);
        expect(
          wanted.some((permission) => mayDo([role], permission)),
          `${role} ${address}`,
        ).to.equal(true);
      }
  });

  /** With parameters that lead nowhere and a body that is refused, so that nothing happens behind the door. */
  const request = ({ method, path }: Route, authorization: string | undefined) =>
    ask(method, path.replaceAll(/\{\w+\}/g, 'x'), method === 'GET' ? undefined : '{"no_such_field":1}', {
      authorization,
    });

  async function givenHostFor({ issuer }: TestProvider): Promise<Ask> {
    const config = givenConfig(givenFolder(left), {
      oidc: {
        issuer,
        audience: AUDIENCE,
        scopes: [],
        subjectClaim: 'sub',
        rolesClaim: 'roles',
        algorithms: ['RS256'],
        tokenTypes: ['at+jwt'],
        clockToleranceSeconds: 30,
      },
      rateLimit: { perSecond: 0, burst: 1 },
    });
    const host = await startHost({ config, storage: givenStorage() });
    left.keep(() => host.close());
    return asking(host.url, '');
  }
});

const PERMISSION = /^[a-z_]+\.[a-z_]+$/;

function declared({ permission }: Pick<Route, 'permission'>): boolean {
  if (permission === 'anybody' || permission === 'signed_in') return true;
  const all: readonly Permission[] = permissionsOf(permission);
  return all.length > 0 && all.every((each) => PERMISSION.test(each));
}

/** The table as the host has it; the services are not asked for anything while it is made. */
function givenTable(): readonly Route[] {
  const nothing: never = new Proxy({}, { get: () => undefined }) as never;
  return routeTable(nothing);
}

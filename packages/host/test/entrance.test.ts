import { EucoraError } from '@eucora/sdk';
import { memoryStorage, type EventStore, type StoredEvent } from '@eucora/engine';
import { expect } from 'chai';
import { adminActions } from '../src/identity/admin-actions.js';
import { authorize } from '../src/identity/authorization.js';
import { denials, type Denial } from '../src/identity/denials.js';
import { ANYBODY, LOCAL, type Identity } from '../src/identity/identity.js';
import { trail } from '../src/identity/trail.js';
import { givenConfig, givenFolder, givenHost, givenRoutes, givenStorage, leftovers, thrownBy } from './given.js';
import { givenPlugin } from './plugin-packages.js';

const ADA: Identity = { subject: 'ada', roles: ['publisher'], agent: false };

describe('somebody who may not', () => {
  it('is told what it takes, and who has it', () => {
    const error = thrownBy(() =>
      authorize(ADA, { method: 'POST', path: '/api/packages/', permission: 'package.create' }),
    );

    expect(error).to.include({ code: 'FORBIDDEN', statusCode: 403, errorClass: 'policy_violation' });
    expect(error.message).to.equal(
      'POST /api/packages/ takes package.create, and ada is publisher; that is for platform_admin, packaging_engineer',
    );
    expect(error.details).to.deep.equal({ roles: ['platform_admin', 'packaging_engineer'] });
  });

  it('may with any permission of a list, and not with a list that is empty', () => {
    const route = { method: 'GET', path: '/api/approvals/' };

    authorize(ADA, { ...route, permission: ['approval.read', 'deployment.read'] });
    expect(thrownBy(() => authorize(LOCAL, { ...route, permission: [] })).code).to.equal('FORBIDDEN');
  });
});

describe('CONNECTOR_RBAC_ROLE', () => {
  const operation = { method: 'GET', path: '/api/connectors/{id}/heartbeat/', permission: 'connector.test' } as const;

  it('narrows who may make a connector do something', () => {
    authorize(ADA, operation);
    authorize(ADA, operation, 'Operator');
    const error = thrownBy(() => authorize(ADA, operation, 'Admin'));

    expect(error.message).to.equal(
      'operations of a connector take at least Admin here (CONNECTOR_RBAC_ROLE), and ada is publisher; that is for platform_admin',
    );
    authorize(LOCAL, operation, 'Admin');
  });

  it('lets nobody do more, however low it is', () => {
    const engineer: Identity = { ...ADA, roles: ['packaging_engineer'] };
    const writing = { ...operation, permission: 'connector.write' } as const;

    expect(thrownBy(() => authorize(engineer, operation, 'Viewer')).code).to.equal('FORBIDDEN');
    expect(thrownBy(() => authorize(ADA, writing, 'Viewer')).code).to.equal('FORBIDDEN');
  });

  it('is not asked where a connector is only looked at, and nothing else is asked of it', () => {
    authorize(ADA, { method: 'GET', path: '/api/connectors/', permission: 'connector.read' }, 'Admin');
    authorize(ADA, { method: 'POST', path: '/api/deployments/intents/', permission: 'deployment.create' }, 'Admin');
  });

  it('holds for publishing through a connector as well', () => {
    const publish = { method: 'POST', path: '/api/connectors/{id}/publish', permission: 'package.publish' } as const;

    authorize(ADA, publish);
    expect(thrownBy(() => authorize(ADA, publish, 'Compliance')).code).to.equal('FORBIDDEN');
  });
});

describe('a denial', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('of nobody is an event without the credential, under a correlation id of its own', async () => {
    const { ask, token } = await givenRoutes(left);

    await ask('GET', '/api/packages/', undefined, {
      authorization: 'Bearer guessed-it',
      'x-correlation-id': 'change-7',
    });
    await ask('GET', '/api/runs/secret-run/', undefined, { authorization: undefined });

    const { body, text } = await ask('GET', '/api/events/?event_type=ACCESS_DENIED');
    expect(body.items.map(({ event_data }: { event_data: object }) => event_data)).to.deep.equal([
      { method: 'GET', path: '/api/packages/', reason: 'not_a_token' },
      { method: 'GET', path: '/api/runs/{correlation_id}/', reason: 'no_token' },
    ]);
    for (const { actor, correlation_id } of body.items as { actor: string; correlation_id: string }[]) {
      expect(actor).to.equal('anybody');
      expect(correlation_id).to.match(/^[0-9a-f-]{36}$/);
    }
    for (const word of ['guessed-it', 'secret-run', 'change-7', token]) expect(text).to.not.include(word);
  });

  it('of somebody names them and what they lacked', async () => {
    const { denied, events } = given();

    await denied(denial({ identity: ADA, permission: 'package.create', reason: 'forbidden', correlationId: 'c-1' }));

    expect(await events()).to.deep.equal([
      {
        actor: 'ada',
        correlationId: 'c-1',
        data: { method: 'GET', path: '/p/', reason: 'forbidden', permission: 'package.create' },
      },
    ]);
  });

  it('cannot be repeated until the trail is full: thirty a minute, and how many were left out', async () => {
    const { denied, events, forward } = given();

    for (let i = 0; i < 100; i++) await denied(denial());
    expect(await events()).to.have.length(30);
    await denied(denial({ identity: ADA }));
    expect(await events()).to.have.length(31);
    forward(60_000);
    await denied(denial());

    expect((await events()).at(-1)!.data).to.include({ left_out: 70 });
    await denied(denial());
    expect((await events()).at(-1)!.data).to.not.have.property('left_out');
  });

  it('stays a denial when it cannot be recorded', async () => {
    const storage = givenStorage();
    storage.events.append = async () => Promise.reject(new EucoraError('STORAGE_FULL', { what: 'no room' }));
    const { ask, log } = await givenRoutes(left, {}, storage);

    const { status } = await ask('GET', '/api/packages/', undefined, { authorization: 'Bearer guess' });

    expect(status).to.equal(401);
    const line = log.find((each) => each.includes('a denial was not recorded'))!;
    expect(line).to.include('no room').and.not.include('guess');
  });

  const denial = (more: Partial<Denial> = {}): Denial => ({
    method: 'GET',
    path: '/p/',
    reason: 'no_token',
    correlationId: 'c',
    ...more,
  });

  function given() {
    let at = 0;
    const store = memoryStorage().events;
    const { record } = denials(trail(store, 'access'), { error: () => undefined }, () => at);
    return {
      denied: record,
      forward: (ms: number) => void (at += ms),
      events: async () =>
        (await store.readStream('access')).map(({ actor, correlationId, data }) => ({
          actor,
          correlationId,
          data: data as object,
        })),
    };
  }
});

describe('a trail that several hosts write to', () => {
  it('holds every event once', async () => {
    const store = memoryStorage().events;
    const hosts = [trail(store, 'access'), trail(store, 'access'), trail(store, 'access')];

    await Promise.all(
      Array.from({ length: 60 }, (_, i) => hosts[i % 3]!({ type: 'T', data: { i }, actor: 'a', correlationId: 'c' })),
    );

    const seen = (await store.readStream('access')).map(({ data }) => (data as { i: number }).i);
    expect([...seen].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 60 }, (_, i) => i));
  });

  it('goes on after an event that could not be stored', async () => {
    const store = memoryStorage().events;
    const { append } = store;
    let broken = true;
    const write = trail({ append: (request) => (broken ? Promise.reject(new Error('away')) : append(request)) }, 's');
    const event = { type: 'T', data: {}, actor: 'a', correlationId: 'c' };

    const [first] = await Promise.allSettled([write(event)]);
    broken = false;
    await write(event);

    expect(first.status).to.equal('rejected');
    expect(await store.readStream('s')).to.have.length(1);
  });
});

describe('an act of administration', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('is recorded before it is done, and with what came of it', async () => {
    const folder = givenFolder(left);
    givenPlugin(folder, 'some-plane');
    const { ask } = await givenHost(left, { config: givenConfig(folder) });

    await ask('POST', '/api/connectors/', { connector_id: 'p', module: 'some-plane' });
    await ask('POST', '/api/connectors/p/enable/');
    await ask('POST', '/api/connectors/p/disable/');
    await ask('POST', '/api/connectors/nothing/enable/');

    const { body } = await ask('GET', '/api/events/?event_type=ADMIN_ACTION');
    const told = (body.items as { actor: string; event_data: Record<string, string> }[]).map(
      ({ actor, event_data: { action, target, outcome, code } }) =>
        [actor, action, target, outcome, code].join(' ').trim(),
    );
    expect(told).to.deep.equal([
      'local-admin connector.register p asked',
      'local-admin connector.register p done',
      'local-admin connector.enable p asked',
      'local-admin connector.enable p done',
      'local-admin connector.disable p asked',
      'local-admin connector.disable p done',
      'local-admin connector.enable nothing asked',
      'local-admin connector.enable nothing failed CONNECTOR_NOT_FOUND',
    ]);
  });

  it('is not done when it cannot be recorded', async () => {
    const { act, done } = given(async () => Promise.reject(new EucoraError('STORAGE_UNAVAILABLE', { what: 'away' })));

    const [outcome] = await Promise.allSettled([act()]);

    expect(outcome).to.deep.include({ status: 'rejected' });
    expect(done()).to.equal(0);
  });

  it('is answered when it was done, also when that could not be recorded', async () => {
    let appends = 0;
    const lines: unknown[] = [];
    const { act } = given(
      async () => {
        appends++;
        if (appends > 1) throw new Error('away by now');
        return [] as StoredEvent[];
      },
      (line) => void lines.push(line),
    );

    expect(await act()).to.equal('answer');
    expect(lines).to.have.length(1);
  });

  function given(append: EventStore['append'], error: (line: unknown) => void = () => undefined) {
    let times = 0;
    const audited = adminActions(trail({ append }, 'admin'), { error });
    const what = { action: 'connector.enable', target: 'p', actor: 'ada', correlationId: 'c' };
    return {
      done: () => times,
      act: () =>
        audited(what, async () => {
          times++;
          return 'answer';
        }),
    };
  }
});

describe('nobody', () => {
  it('has no role, and is not a name that a provider could give', () => {
    expect(ANYBODY).to.deep.equal({ subject: 'anybody', roles: [], agent: false });
  });
});

import { expect } from 'chai';
import { isEucoraError } from '@eucora/sdk';
import { memoryArtifacts, testContext, virtualClock } from '@eucora/sdk/testing';
import { generateCertificate, startIntuneSimulator } from '../simulator/index.js';
import { intune } from '../src/plane.js';
import { credentials, givenConfig, givenWorld, settingsFor, type World } from './given.js';

const HOUR = 3_600_000;

describe('the token', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  it('is asked for with a certificate assertion, once for many requests', async () => {
    await world.plane.check(world.ctx);
    await world.plane.check(world.ctx);
    const [asked, ...more] = tokenRequests(world);
    expect(more).to.have.length(0);
    expect(asked).to.include({ method: 'POST', path: `/${world.config.tenantId}/oauth2/v2.0/token`, status: 200 });
  });

  it('is renewed before it ends', async () => {
    await world.plane.check(world.ctx);
    await world.clock.advance(HOUR - 30_000);
    expect(await world.plane.check(world.ctx)).to.have.property('healthy', true);
    expect(tokenRequests(world)).to.have.length(2);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).to.have.length(0);
  });

  it('is replaced once when it is refused', async () => {
    await world.plane.check(world.ctx);
    world.simulator.revokeTokens();
    expect(await world.plane.check(world.ctx)).to.have.property('healthy', true);
    expect(tokenRequests(world)).to.have.length(2);
  });

  it('is not asked for again and again when every token is refused', async () => {
    const refusal = { error: { code: 'InvalidAuthenticationToken', message: 'no' } };
    world.simulator.faults.inject({
      kind: 'status',
      status: 401,
      body: refusal,
      times: Infinity,
      match: { path: /mobileApps/ },
    });
    expect(await world.plane.check(world.ctx)).to.have.property('healthy', false);
    expect(tokenRequests(world)).to.have.length(2);
  });

  it("is waited for while Intune's own back end is refused", async () => {
    const message = JSON.stringify({ Message: 'Forbidden - Url: https://fef.msub06.manage.microsoft.com/x' });
    world.simulator.faults.inject({
      kind: 'status',
      status: 401,
      body: { error: { code: 'Unauthorized', message } },
      times: 3,
      match: { path: /mobileApps/ },
    });
    expect(await world.plane.check(world.ctx)).to.have.property('healthy', true);
  });

  it('is signed for anew when the answer was lost: an assertion is good for one use', async () => {
    world.simulator.faults.cutJson({ match: { path: /token$/ }, times: 1 });
    world.simulator.faults.html({ match: { path: /token$/ }, times: 1 });
    expect(await world.plane.check(world.ctx)).to.have.property('healthy', true);
    expect(tokenRequests(world)).to.have.length(3);
  });

  it('goes to Graph alone: not to the token service, not to the storage', async () => {
    await world.plane.check(world.ctx);
    expect(tokenRequests(world).filter(({ headers }) => headers.authorization)).to.have.length(0);
  });

  it('must be in an answer that says it is one', async () => {
    world.simulator.faults.inject({ kind: 'wrongSuccess', times: Infinity, match: { path: /token$/ } });
    const heartbeat = await world.plane.check(world.ctx);
    expect(heartbeat.detail).to.match(/success and no token/);
  });
});

describe('a credential that is wrong', () => {
  it('is said in the words of the token service, and never shown', async () => {
    const { heartbeat, stop } = await checkWith({ 'env:PRIVATE_KEY': generateCertificate().privateKey });
    expect(heartbeat.healthy).to.equal(false);
    expect(heartbeat.detail).to.match(/Entra ID gives no token: AADSTS700027/);
    expect(heartbeat.detail).not.to.match(/BEGIN/);
    await stop();
  });

  it('that is another certificate is not taken', async () => {
    const other = generateCertificate();
    const { heartbeat, stop } = await checkWith({ 'env:CERTIFICATE': other.certificate });
    expect(heartbeat.detail).to.match(/AADSTS700027/);
    await stop();
  });

  it('that is not PEM is a mistake in the configuration, named by its reference', async () => {
    const { heartbeat, stop } = await checkWith({ 'env:PRIVATE_KEY': 'c2VjcmV0' });
    expect(heartbeat.detail)
      .to.match(/env:PRIVATE_KEY/)
      .and.not.to.match(/c2VjcmV0/);
    await stop();
  });

  it('that is not there is missing by its reference', async () => {
    const { heartbeat, stop } = await checkWith({ 'env:CERTIFICATE': undefined });
    expect(heartbeat.detail).to.match(/env:CERTIFICATE/);
    await stop();
  });

  it('of another tenant or application is said so', async () => {
    for (const [settings, said] of [
      [{ tenantId: 'other' }, /AADSTS90002/],
      [{ clientId: 'other' }, /AADSTS700016/],
    ] as const) {
      const world = await givenWorld({ settings });
      expect((await world.plane.check(world.ctx)).detail).to.match(said);
      await world.stop();
    }
  });
});

describe('before connect', () => {
  it('the heartbeat says that nothing is connected', async () => {
    const world = await givenWorld({ connect: false });
    expect(await world.plane.check(world.ctx)).to.include({ healthy: false, detail: 'intune is not connected' });
    await world.plane.countScope(world.ctx, { order: {} as never }).catch((cause: unknown) => {
      expect(isEucoraError(cause) && cause.code).to.equal('NOT_CONNECTED');
    });
    await world.stop();
  });
});

const tokenRequests = ({ simulator }: World) => simulator.requests.filter(({ path }) => path.endsWith('/token'));

async function checkWith(secrets: Record<string, string | undefined>) {
  const clock = virtualClock({ autoAdvance: true });
  const simulator = await startIntuneSimulator({ clock, certificate: credentials.certificate });
  const plane = intune(await givenConfig(settingsFor(simulator)), 'intune');
  const all = { 'env:CERTIFICATE': credentials.certificate, 'env:PRIVATE_KEY': credentials.privateKey, ...secrets };
  const known = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const ctx = testContext({ clock, secrets: known, artifacts: memoryArtifacts() });
  await plane.connect(ctx);
  const heartbeat = await plane.check(ctx);
  return {
    heartbeat,
    async stop() {
      await plane.disconnect(ctx);
      await simulator.close();
    },
  };
}

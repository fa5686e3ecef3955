import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect } from 'chai';
import { testContext } from '@eucora/sdk/testing';
import { openAdminService } from '../src/admin-service.js';
import { sites } from '../src/admin-service-collections.js';
import { negotiatorFor, spnOf } from '../src/open-negotiator.js';
import { kerberosNegotiator, loadKerberos, type KerberosLibrary } from '../src/negotiate-kerberos.js';
import { tokenNegotiator } from '../src/negotiate-token.js';
import { failureOf, givenWorld, newer } from './given.js';

const PRINCIPAL = 'svc-eucora-sccm@CONTOSO.EXAMPLE';
const SPN = 'HTTP/smsprovider.contoso.example';
const KEYTAB = Buffer.concat([Buffer.from([5, 2, 0, 0]), Buffer.from('a keytab')]).toString('base64');

describe('signing in with a keytab', () => {
  it('asks for the service of the provider, under its own name, and proves itself anew each time', async () => {
    const { library, asked } = givenKerberos();
    const negotiator = kerberosNegotiator({ principal: PRINCIPAL, keytab: 'env:KEYTAB' }, async () => library);
    const ctx = givenKeytab();
    const proofs = [await negotiator.proof(ctx, SPN), await negotiator.proof(ctx, SPN)];
    expect(proofs).to.deep.equal(['proof1', 'proof2']);
    expect(asked.map(({ service, principal }) => [service, principal])).to.deep.equal([
      ['HTTP@smsprovider.contoso.example', PRINCIPAL],
      ['HTTP@smsprovider.contoso.example', PRINCIPAL],
    ]);
    await negotiator.close();
  });

  it('keeps the keytab in a file of its own, for as long as it is open', async () => {
    const { library, asked } = givenKerberos();
    const before = process.env.KRB5_CLIENT_KTNAME;
    const negotiator = kerberosNegotiator({ principal: PRINCIPAL, keytab: 'env:KEYTAB' }, async () => library);
    await negotiator.proof(givenKeytab(), SPN);
    const { file, mode, content } = asked[0]!;
    expect(mode).to.equal(0o600);
    expect(content).to.equal(KEYTAB);
    expect(process.env.KRB5_CLIENT_KTNAME, 'the process is left as it was').to.equal(before);
    await negotiator.close();
    await negotiator.close();
    expect(existsSync(file)).to.equal(false);
  });

  it('lets two connectors take turns, each with a keytab of its own', async () => {
    const { library, asked } = givenKerberos();
    const [one, other] = ['ONE@A.EXAMPLE', 'OTHER@B.EXAMPLE'].map((principal) =>
      kerberosNegotiator({ principal, keytab: 'env:KEYTAB' }, async () => library),
    );
    const ctx = givenKeytab();
    await Promise.all([one!.proof(ctx, SPN), other!.proof(ctx, SPN), one!.proof(ctx, SPN)]);
    const filesOf = (name: string) =>
      new Set(asked.filter(({ principal }) => principal === name).map(({ file }) => file));
    expect(filesOf('ONE@A.EXAMPLE').size).to.equal(1);
    expect([...filesOf('ONE@A.EXAMPLE')]).not.to.deep.equal([...filesOf('OTHER@B.EXAMPLE')]);
    await Promise.all([one!.close(), other!.close()]);
  });

  it('says what is wrong with a keytab that is none', async () => {
    const negotiator = kerberosNegotiator(
      { principal: PRINCIPAL, keytab: 'env:KEYTAB' },
      async () => givenKerberos().library,
    );
    const failure = await failureOf(negotiator.proof(testContext({ secrets: { 'env:KEYTAB': 'password' } }), SPN));
    expect(failure).to.include({ code: 'PLANE_UNAUTHENTICATED' });
    expect(failure.remedy).to.contain('base64');
    expect(failure.message).not.to.contain('password');
  });

  it('says what Kerberos says, and goes on when it is healed', async () => {
    const { library } = givenKerberos();
    let broken = true;
    const moody: KerberosLibrary = {
      ...library,
      initializeClient: (service, options) =>
        broken ? Promise.reject(new Error('Clock skew too great')) : library.initializeClient(service, options),
    };
    const negotiator = kerberosNegotiator({ principal: PRINCIPAL, keytab: 'env:KEYTAB' }, async () => moody);
    const failure = await failureOf(negotiator.proof(givenKeytab(), SPN));
    expect(failure.code).to.equal('PLANE_UNAUTHENTICATED');
    expect(failure.message).to.contain('Clock skew too great');
    broken = false;
    expect(await negotiator.proof(givenKeytab(), SPN)).to.equal('proof1');
    await negotiator.close();
  });

  it('says how to get the library where it is not installed', async () => {
    const failure = await failureOf(loadKerberos('a-package-that-nobody-has'));
    expect(failure).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
    expect(failure.remedy).to.contain('npm install kerberos@7');
  });
});

describe('signing in with a token', () => {
  it('takes what the secret provider has, each time', async () => {
    const secrets: Record<string, string> = { 'env:PROOF': 'YIIabc=\n' };
    const ctx = testContext({ secrets });
    const negotiator = tokenNegotiator({ token: 'env:PROOF' });
    expect(await negotiator.proof(ctx, SPN)).to.equal('YIIabc=');
    secrets['env:PROOF'] = 'YIIdef=';
    expect(await negotiator.proof(ctx, SPN)).to.equal('YIIdef=');
    secrets['env:PROOF'] = 'Negotiate YIIdef=';
    expect((await failureOf(negotiator.proof(ctx, SPN))).code).to.equal('PLANE_UNAUTHENTICATED');
  });

  it('is stopped where it would be NTLM', async () => {
    const world = await givenWorld({ connect: false });
    const negotiator = negotiatorFor(world.config);
    world.secrets['env:PROOF'] = Buffer.from('NTLMSSP\0...').toString('base64');
    const failure = await failureOf(negotiator.proof(world.ctx, SPN));
    expect(failure.message).to.contain('NTLM').and.contain(SPN);
    expect(failure.remedy).to.contain('SPN');
    await negotiator.close();
    await world.stop();
  });
});

describe('before the provider', () => {
  it('names the service without its port', () => {
    expect(spnOf('https://smsprovider.contoso.example:8443/AdminService')).to.equal(SPN);
  });

  it('proves itself anew after a 401, once, also for a write', async () => {
    const world = await givenWorld();
    const stale = world.secrets['env:PROOF']!;
    world.simulator.revokeProofs();
    const fresh = world.simulator.issueProof();
    let asked = 0;
    const service = openAdminService(world.config, 'sccm', undefined, {
      proof: async () => ((asked += 1) === 1 ? stale : fresh),
      close: async () => {},
    });
    expect(await sites(service, world.ctx)).to.have.length(2);
    asked = 0;
    await service.call(world.ctx, "SMS_Collection('ABC00014')/AdminService.RequestRefresh", {});
    expect(asked).to.equal(2);
    await service.close();
    await world.stop();
  });

  it('gives up after a second 401, naming what to check', async () => {
    const world = await givenWorld();
    world.simulator.revokeProofs();
    const heartbeat = await world.plane.check(world.ctx);
    expect(heartbeat.healthy).to.equal(false);
    expect(heartbeat.detail).to.contain('does not let us in');
    const failure = await failureOf(world.plane.countScope(world.ctx, { order: newer() }));
    expect(failure).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(failure.remedy).to.contain('HTTP/<fqdn').and.contain('NTLM').and.contain('administrative user');
    await world.stop();
  });

  it('uses a proof for one request where the service remembers those it has seen', async () => {
    const world = await givenWorld({ proofsOnce: true, connect: false });
    const { library } = givenKerberos(() => world.simulator.issueProof());
    const ctx = testContext({ clock: world.clock, secrets: { 'env:KEYTAB': KEYTAB } });
    const negotiator = kerberosNegotiator({ principal: PRINCIPAL, keytab: 'env:KEYTAB' }, async () => library);
    const service = openAdminService(world.config, 'sccm', undefined, negotiator);
    expect(await sites(service, ctx)).to.have.length(2);
    expect(await sites(service, ctx)).to.have.length(2);
    expect(world.simulator.requests.map(({ status }) => status)).to.deep.equal([200, 200]);
    await service.close();
    await world.stop();
  });
});

const givenKeytab = () => testContext({ secrets: { 'env:KEYTAB': KEYTAB } });

interface Asked {
  readonly service: string;
  readonly principal: string;
  readonly file: string;
  readonly mode: number;
  readonly content: string;
}

/** A stand-in for the native library: it looks at the keytab where GSSAPI would. */
function givenKerberos(proof?: () => string): { library: KerberosLibrary; asked: Asked[] } {
  const asked: Asked[] = [];
  const library: KerberosLibrary = {
    GSS_MECH_OID_SPNEGO: 6,
    async initializeClient(service, { principal }) {
      const file = process.env.KRB5_CLIENT_KTNAME!.replace('FILE:', '');
      const [mode, content] = [statSync(file).mode & 0o777, readFileSync(file).toString('base64')];
      asked.push({ service, principal, file, mode, content });
      return { step: async () => proof?.() ?? `proof${asked.length}` };
    },
  };
  return { library, asked };
}

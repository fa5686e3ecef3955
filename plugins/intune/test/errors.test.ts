import { expect } from 'chai';
import type { PlaneFailure } from '@eucora/sdk/http';
import { classify, classifyStorage, readComplaint } from '../src/errors.js';

const APP = 'graph.microsoft.com/v1.0/deviceAppManagement/mobileApps/11e55060-e4b9-44b8-994b-a365a142f6e2';

describe("what Graph's answers mean", () => {
  const cases: [string, Partial<PlaneFailure>, object | undefined][] = [
    [
      'assigning too early passes',
      { method: 'POST', target: `${APP}/assign`, status: 400, body: notPublished() },
      { code: 'PLANE_CONFLICT', errorClass: 'transient' },
    ],
    [
      'changing an app right after a large upload passes',
      { method: 'PATCH', target: APP, status: 400, body: graph('BadRequest', 'Bad Request') },
      { errorClass: 'transient' },
    ],
    [
      'a body of the wrong type does not pass',
      {
        method: 'PATCH',
        target: APP,
        status: 400,
        body: graph('ModelValidationFailure', 'Cannot create an abstract class.'),
      },
      {},
    ],
    [
      'any other 400 is ours to correct',
      { method: 'POST', target: `${APP}/assign`, status: 400, body: graph('BadRequest', 'Bad') },
      {},
    ],
    [
      'a conflict passes on a read',
      { method: 'GET', target: APP, status: 409, replayable: true, body: graph('Conflict', 'x') },
      { code: 'PLANE_CONFLICT', errorClass: 'transient' },
    ],
    [
      'a conflict passes on a full-state write',
      { method: 'POST', target: `${APP}/assign`, status: 409, replayable: true },
      { errorClass: 'transient' },
    ],
    ['a conflict on a create is for a person', { method: 'POST', target: APP, status: 409 }, undefined],
    [
      '412 without any If-Match passes',
      { method: 'PATCH', target: APP, status: 412, replayable: true },
      { code: 'PLANE_CONFLICT', errorClass: 'transient' },
    ],
    [
      'a part of a new app may not be everywhere yet',
      { target: `${APP}/assignments`, status: 404, replayable: true },
      { errorClass: 'transient' },
    ],
    [
      'any other missing thing is missing',
      { target: 'graph.microsoft.com/v1.0/deviceManagement/x', status: 404, replayable: true },
      undefined,
    ],
    [
      '401 of the back end passes',
      { status: 401, body: intune('Forbidden', 'Forbidden') },
      { code: 'PLANE_ERROR', errorClass: 'transient' },
    ],
    [
      '401 of Graph is left to the token',
      { status: 401, body: graph('InvalidAuthenticationToken', 'expired') },
      undefined,
    ],
    ['500 is what it always is', { status: 500, body: graph('InternalServerError', 'x') }, undefined],
    ['a throttled request is what it always is', { status: 429, body: graph('TooManyRequests', 'x') }, undefined],
  ];
  for (const [title, failure, reading] of cases) {
    it(title, () => {
      const said = classify(given(failure));
      if (reading === undefined) expect(said).to.equal(undefined);
      else expect(said).to.include(reading);
      if (reading && !('errorClass' in reading)) expect(said).not.to.have.property('errorClass');
    });
  }

  it('names the permission page for 403, the group for an unknown group, the page size for 504', () => {
    expect(
      classify(given({ status: 403, body: graph('Authorization_RequestDenied', 'Insufficient privileges') })),
    ).to.satisfy(
      ({ what, remedy }: { what: string; remedy: string }) =>
        what.includes('Insufficient privileges') && remedy.includes('connector-spec'),
    );
    const members = 'graph.microsoft.com/v1.0/groups/nobody/transitiveMembers/graph.device';
    const missing = classify(given({ status: 404, target: members, replayable: true }));
    expect(missing?.what).to.match(/no such group/);
    expect(missing).not.to.have.property('errorClass');
    expect(classify(given({ status: 504 }))?.remedy).to.match(/smaller pages/);
  });

  it('tells of an address that Graph does not route any more', () => {
    const gone = graph('BadRequest', "Resource not found for the segment 'deviceStatuses'.");
    expect(classify(given({ status: 400, body: gone }))?.what).to.match(/no longer has GET/);
    const unrouted = graph('No method match route template', 'No OData route exists that match template');
    expect(classify(given({ status: 400, body: unrouted }))?.remedy).to.match(/knows the present API/);
  });
});

describe("what the token service's answers mean", () => {
  const target = 'login.microsoftonline.com/t/oauth2/v2.0/token';

  it('a refused credential is for a person, with the first line of the reason', () => {
    const body = {
      error: 'invalid_client',
      error_description: 'AADSTS700027: The certificate is unknown.\r\nTrace ID: 1',
    };
    const reading = classify(given({ method: 'POST', target, status: 400, body }));
    expect(reading).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(reading?.what).to.match(/AADSTS700027: The certificate is unknown\.$/);
  });

  it('a pause of the service passes, and 503 is what it always is', () => {
    expect(
      classify(given({ method: 'POST', target, status: 400, body: { error: 'temporarily_unavailable' } })),
    ).to.include({
      errorClass: 'transient',
    });
    expect(classify(given({ method: 'POST', target, status: 503 }))).to.equal(undefined);
    expect(classify(given({ method: 'POST', target, status: 400, body: 'what' }))?.what).to.match(/400/);
  });
});

describe("what the storage service's answers mean", () => {
  it('a refused address passes: it may be too new, and it can be renewed', () => {
    expect(classifyStorage(given({ status: 403 }))).to.include({ errorClass: 'transient' });
    expect(classifyStorage(given({ status: 500 }))).to.equal(undefined);
  });

  it('a block that is missing is sent with all the others, not by itself', () => {
    const body = '<?xml version="1.0"?><Error><Code>InvalidBlockList</Code></Error>';
    const again = { errorClass: 'transient', retry: false };
    expect(classifyStorage(given({ method: 'PUT', status: 400, body }))).to.include(again);
    const headers = { 'x-ms-error-code': 'InvalidBlockList' };
    expect(classifyStorage(given({ method: 'PUT', status: 400, headers }))).to.include(again);
    expect(classifyStorage(given({ method: 'PUT', status: 400, body: 'what' }))).to.equal(undefined);
  });
});

describe('a complaint of Graph', () => {
  it("is read through Intune's envelope, without its ids and addresses", () => {
    expect(readComplaint(notPublished())).to.deep.equal({
      code: 'BadRequest',
      message: "Invalid operation: app's PublishingState is not 'Published'.",
      fromBackEnd: true,
    });
  });

  it('has the deepest code, under either spelling', () => {
    const nested = { error: { code: 'a', message: 'm', innererror: { code: 'b', innerError: { code: 'c' } } } };
    expect(readComplaint(nested)?.code).to.equal('c');
    expect(readComplaint({ error: { code: 'a', message: 'm', innerError: { date: 'd' } } })?.code).to.equal('a');
  });

  it('is nothing where the body is no such thing', () => {
    for (const body of [undefined, 'text', {}, { error: 'text' }, null])
      expect(readComplaint(body)).to.equal(undefined);
  });

  it('is taken as it is where the envelope is torn', () => {
    expect(readComplaint(graph('BadRequest', '{"Message": "cut'))?.message).to.equal('{"Message": "cut');
    expect(readComplaint(graph('BadRequest', '{"other": 1}'))?.message).to.equal('{"other": 1}');
  });
});

function given(failure: Partial<PlaneFailure>): PlaneFailure {
  return { method: 'GET', target: APP, headers: {}, body: undefined, attempt: 1, replayable: false, ...failure };
}

function graph(code: string, message: string) {
  return { error: { code, message } };
}

function intune(code: string, message: string) {
  const envelope = {
    _version: 3,
    Message: `${message} - Operation ID (for customer support): 0 - Activity ID: 1 - Url: https://fef.msub06.manage.microsoft.com/AppLifecycle_2312/x`,
    CustomApiErrorPhrase: '',
  };
  return graph(code, JSON.stringify(envelope, null, 2));
}

function notPublished() {
  return intune('BadRequest', "Invalid operation: app's PublishingState is not 'Published'.");
}

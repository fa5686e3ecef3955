import { json, route, type Answer, type Exchange, type Route } from '@eucora/sdk/testing';
import { badRequest, graphError, intuneError, noContent, notFound, page, selected } from './answers.js';
import { assigned, checkAssignments, moveDevices, type AssignmentBody } from './assignments.js';
import { publishingStateOf, takenAt } from './lifecycle.js';
import type { IntuneTenant, SimApp } from './state.js';
import type { World } from './world.js';

type Here = Exchange<IntuneTenant>;

const APPS = '/v1.0/deviceAppManagement/mobileApps';
const TYPE = '#microsoft.graph.win32LobApp';

/** What the service alone sets. */
const OWNED = new Set([
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'publishingState',
  'size',
  'committedContentVersion',
]);
/** Fields of mobileApp. The list can select these and no others. */
const SELECTABLE = new Set(
  'id,displayName,description,publisher,notes,owner,developer,publishingState,createdDateTime,lastModifiedDateTime,isFeatured,informationUrl,privacyInformationUrl'.split(
    ',',
  ),
);

export function appRoutes(world: World): readonly Route<IntuneTenant>[] {
  const now = () => world.clock.now().getTime();

  const entity = (app: SimApp) => ({
    '@odata.type': TYPE,
    ...app.fields,
    id: app.id,
    createdDateTime: iso(app.createdAt),
    lastModifiedDateTime: iso(app.modifiedAt),
    publishingState: publishingStateOf(app, now(), world.delays),
    committedContentVersion: app.committedContentVersion ?? null,
    size: app.contentVersions.at(-1)?.files.at(-1)?.size ?? 0,
  });

  /** The app, unless it is not there or too new to be seen; reads see the past when they are stale. */
  const withApp = (handle: (app: SimApp, exchange: Here) => Answer | Promise<Answer>) => (exchange: Here) => {
    const app = exchange.state.apps.get(exchange.params.app!);
    if (!app || now() < app.createdAt + world.delays.readLag) return notFound(`The app ${exchange.params.app}`);
    return handle(app, exchange);
  };

  const list = (exchange: Here): Answer => {
    const { $filter: filter, $select: select } = exchange.query;
    if (filter && !/^isof\('microsoft\.graph\.win32LobApp'\)$/.test(filter)) {
      return badRequest(`The filter "${filter}" is not supported on this collection.`);
    }
    const unknown = (select ?? '').split(',').filter((name) => name && !SELECTABLE.has(name.trim()));
    if (unknown.length > 0) {
      return badRequest(`Could not find a property named '${unknown[0]}' on type 'microsoft.graph.mobileApp'.`);
    }
    const shown = [...exchange.state.apps.values()].filter((app) => now() >= app.createdAt + world.delays.listLag);
    return page(
      shown.map((app) => selected(listed(entity(app)), select)),
      exchange,
      world.pageSize,
      { '@odata.context': `${exchange.origin}/v1.0/$metadata#deviceAppManagement/mobileApps` },
    );
  };

  const create = ({ body, state }: Here): Answer => {
    const fields = (body ?? {}) as Record<string, unknown>;
    if (fields['@odata.type'] !== TYPE)
      return graphError(400, 'ModelValidationFailure', 'Cannot create an abstract class.');
    const app: SimApp = {
      id: world.nextId('app'),
      createdAt: now(),
      modifiedAt: now(),
      fields: settable(fields),
      contentVersions: [],
      assignments: [],
    };
    state.apps.set(app.id, app);
    world.ledger().record('app_created', app.id, { displayName: fields.displayName });
    return json(201, entity(app));
  };

  const change = withApp((app, { body }) => {
    const fields = (body ?? {}) as Record<string, unknown>;
    if (fields['@odata.type'] !== TYPE)
      return graphError(400, 'ModelValidationFailure', 'The type of the app is missing.');
    const version = fields.committedContentVersion as string | undefined;
    if (version !== undefined) {
      const refusal = commitVersion(app, version);
      if (refusal) return refusal;
    }
    app.fields = { ...app.fields, ...settable(fields) };
    app.modifiedAt = now();
    return json(200, entity(app));
  });

  const commitVersion = (app: SimApp, version: string): Answer | undefined => {
    const file = app.contentVersions.find(({ id }) => id === version)?.files[0];
    if (!file?.commit?.ok || now() < takenAt(file, world.delays)) {
      return intuneError(400, 'BadRequest', `Content version ${version} is not committed.`, `mobileApps('${app.id}')`);
    }
    if (app.committedContentVersion === version) return undefined;
    app.committedContentVersion = version;
    app.committedAt = now();
    world.ledger().record('content_published', app.id, { contentVersion: version, setupSha256: app.setupSha256 });
    return undefined;
  };

  const remove = withApp((app, { state }) => {
    moveDevices(world, app, []);
    state.apps.delete(app.id);
    world.ledger().record('app_deleted', app.id);
    return noContent();
  });

  const assign = withApp((app, { body }) => {
    if (publishingStateOf(app, now(), world.delays) !== 'published') {
      return intuneError(
        400,
        'BadRequest',
        "Invalid operation: app's PublishingState is not 'Published'.",
        `mobileApps('${app.id}')/assign`,
      );
    }
    const wanted = (body as { mobileAppAssignments?: readonly AssignmentBody[] }).mobileAppAssignments ?? [];
    const refusal = checkAssignments(wanted);
    if (refusal) return refusal;
    moveDevices(
      world,
      app,
      wanted.map((one) => assigned(app.id, one)),
    );
    return noContent();
  });

  const addAssignment = withApp((app, { body }) => {
    const added = assigned(app.id, body as AssignmentBody);
    const refusal = checkAssignments([...app.assignments, added]);
    if (refusal) return refusal;
    moveDevices(world, app, [...app.assignments, added]);
    return json(201, added);
  });

  const removeAssignment = withApp((app, { params }) => {
    const left = app.assignments.filter(({ id }) => id !== params.assignment);
    if (left.length === app.assignments.length) return notFound(`The assignment ${params.assignment}`);
    moveDevices(world, app, left);
    return noContent();
  });

  return [
    route('GET', APPS, list),
    route('POST', APPS, create),
    route(
      'GET',
      `${APPS}/{app}`,
      withApp((app, { query }) => json(200, selected(entity(app), query.$select))),
    ),
    route('PATCH', `${APPS}/{app}`, change),
    route('DELETE', `${APPS}/{app}`, remove),
    route('POST', `${APPS}/{app}/assign`, assign),
    route(
      'GET',
      `${APPS}/{app}/assignments`,
      withApp((app, exchange) => page(app.assignments, exchange, world.pageSize)),
    ),
    route('POST', `${APPS}/{app}/assignments`, addAssignment),
    route('DELETE', `${APPS}/{app}/assignments/{assignment}`, removeAssignment),
    ...['deviceStatuses', 'userStatuses', 'installSummary'].map((gone) =>
      route<IntuneTenant>(
        'GET',
        `${APPS}/{app}/${gone}`,
        () => badRequest(`Resource not found for the segment '${gone}'.`),
        { unchecked: true },
      ),
    ),
  ];
}

const iso = (at: number) => new Date(at).toISOString();

const settable = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !OWNED.has(name) && name !== '@odata.type'));

/** An item of the polymorphic list says only what a mobileApp has. */
const listed = (app: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(app).filter(([name]) => name === '@odata.type' || SELECTABLE.has(name)));

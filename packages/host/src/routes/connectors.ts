import { register } from '../connectors/register.js';
import { route, type Route } from '../http/route.js';
import {
  ConnectorAnswer,
  ConnectorList,
  HeartbeatAnswer,
  RegisterBody,
  RegistrationHistory,
} from '../wire/connector.js';
import { toWire } from '../wire/to-wire.js';
import { connectorToWire, faultsToWire } from './connector-wire.js';
import type { Services } from './services.js';

const SECRETS = ['SECRET_NOT_FOUND', 'SECRET_REFERENCE_INVALID', 'SECRET_STORE_UNAVAILABLE', 'SECRET_STORE_FORBIDDEN'];
const LOADING = ['PLUGIN_LOAD_FAILED', 'PLUGIN_PORT_VERSION', 'PLUGIN_INTEGRITY', 'CONFIG_INVALID'];

export const connectorRoutes = ({ connectors, registry, now }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/connectors/',
    permission: 'connector.read',
    tag: 'connectors',
    summary: 'Connectors, gates and evidence providers, and how they stand',
    answers: { status: 200, of: ConnectorList, what: 'All of them, and the lines of the registry that are none.' },
    handle: () => ({
      body: { items: connectors.standing().map(connectorToWire), registry_faults: faultsToWire(registry) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/connectors/',
    permission: 'connector.write',
    audits: 'connector.register',
    tag: 'connectors',
    summary: 'Register a plugin',
    body: RegisterBody,
    answers: { status: 201, of: ConnectorAnswer, what: 'It is registered, with the hash of its files.' },
    problems: [...LOADING, 'SECRET_REFERENCE_INVALID'],
    handle: async ({ body }) => ({ body: connectorToWire(await register(body, registry, connectors, now)) }),
  }),
  route({
    method: 'POST',
    path: '/api/connectors/{id}/enable/',
    permission: 'connector.write',
    audits: 'connector.enable',
    tag: 'connectors',
    summary: 'Load, connect and use a connector',
    answers: { status: 200, of: ConnectorAnswer, what: 'It is in use.' },
    problems: ['CONNECTOR_NOT_FOUND', ...LOADING, 'PLANE_UNREACHABLE', ...SECRETS],
    handle: async ({ params }) => ({ body: connectorToWire(await connectors.enable(params['id']!)) }),
  }),
  route({
    method: 'POST',
    path: '/api/connectors/{id}/disable/',
    permission: 'connector.write',
    audits: 'connector.disable',
    tag: 'connectors',
    summary: 'Stop using a connector',
    answers: { status: 200, of: ConnectorAnswer, what: 'It is no longer in use.' },
    problems: ['CONNECTOR_NOT_FOUND'],
    handle: async ({ params }) => ({ body: connectorToWire(await connectors.disable(params['id']!)) }),
  }),
  route({
    method: 'GET',
    path: '/api/connectors/{id}/heartbeat/',
    permission: 'connector.test',
    tag: 'connectors',
    summary: 'Ask a connector whether its plane answers',
    answers: { status: 200, of: HeartbeatAnswer, what: 'It was asked; `healthy` says what it said.' },
    problems: ['CONNECTOR_NOT_FOUND', 'NOT_CONNECTED', 'CAPABILITY_MISSING'],
    async handle({ params }) {
      const heartbeat = await connectors.heartbeat(params['id']!);
      return { body: { connector_id: params['id']!, ...(toWire(heartbeat) as object) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/connectors/{id}/history/',
    permission: 'connector.read',
    tag: 'connectors',
    summary: 'Every registration that an id ever had',
    answers: { status: 200, of: RegistrationHistory, what: 'Oldest first.' },
    problems: ['CONNECTOR_NOT_FOUND'],
    handle({ params }) {
      connectors.get(params['id']!);
      return { body: { items: registry.history(params['id']!) } };
    },
  }),
];

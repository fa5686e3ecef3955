import { EucoraError } from '@eucora/sdk';
import { ringFromWire } from '../wire/from-wire.js';
import { route, type Route } from '../http/route.js';
import { PageQuery } from '../wire/page.js';
import {
  CloseBody,
  IncidentAnswer,
  IncidentBody,
  IncidentPage,
  IncidentQuery,
  RevokeBody,
  WaiverAnswer,
  WaiverBody,
  WaiverPage,
} from '../wire/policy.js';
import { toWire } from '../wire/to-wire.js';
import { pageToWire } from './pages.js';
import type { Services } from './services.js';

const waiverToWire = (waiver: object) => toWire(waiver) as WaiverAnswer;
const incidentToWire = (incident: object) => toWire(incident) as IncidentAnswer;

/** Whoever watches over devices, changes or policy may stop the line. */
const WATCHING = ['remediation.trigger', 'approval.reject', 'policy.write'] as const;

/** What people decide beside a rollout: what may be passed over, and what must not go on. */
export const policyRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/waivers/',
    permission: 'exception.read',
    tag: 'policy',
    summary: 'Waivers, also those that were never used and those that have expired',
    query: PageQuery,
    answers: { status: 200, of: WaiverPage, what: 'A page.' },
    handle: async ({ query }) => ({ body: pageToWire(await hub.waivers(query), waiverToWire) }),
  }),
  route({
    method: 'POST',
    path: '/api/waivers/',
    permission: 'exception.approve',
    tag: 'policy',
    summary: 'Let a gate pass over something, for a reason and a time',
    body: WaiverBody,
    answers: { status: 201, of: WaiverAnswer, what: 'It is signed and in force.' },
    problems: ['RING_UNKNOWN', 'APPROVER_NOT_ALLOWED'],
    async handle({ body: { expires_at, rings, ...body }, actor, identity }) {
      if (identity.agent)
        throw new EucoraError('APPROVER_NOT_ALLOWED', { what: `${actor} is an agent, and agents waive nothing` });
      const named = rings && { rings: rings.map((ring) => ringFromWire('rings', ring)) };
      return { body: waiverToWire(await hub.grantWaiver({ ...body, expiresAt: expires_at, ...named }, actor)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/waivers/{id}/revoke/',
    permission: 'exception.approve',
    tag: 'policy',
    summary: 'End a waiver before its time',
    body: RevokeBody,
    answers: { status: 200, of: WaiverAnswer, what: 'It waives nothing any more.' },
    problems: ['WAIVER_NOT_FOUND'],
    handle: async ({ params, body, actor }) => ({
      body: waiverToWire(await hub.revokeWaiver(params['id']!, body, actor)),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/incidents/',
    permission: ['remediation.read', 'approval.read', 'policy.read'],
    tag: 'policy',
    summary: 'Security incidents',
    query: IncidentQuery,
    answers: { status: 200, of: IncidentPage, what: 'A page.' },
    handle: async ({ query }) => ({ body: pageToWire(await hub.incidents(query), incidentToWire) }),
  }),
  route({
    method: 'POST',
    path: '/api/incidents/',
    permission: WATCHING,
    tag: 'policy',
    summary: 'Report a security incident about an application',
    body: IncidentBody,
    answers: { status: 201, of: IncidentAnswer, what: 'The gates know of it.' },
    handle: async ({ body, actor }) => ({
      body: incidentToWire(await hub.reportIncident({ packageName: body.package_name, what: body.what }, actor)),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/incidents/{id}/close/',
    permission: WATCHING,
    tag: 'policy',
    summary: 'Close a security incident',
    body: CloseBody,
    answers: { status: 200, of: IncidentAnswer, what: 'It is closed.' },
    problems: ['INCIDENT_NOT_FOUND'],
    handle: async ({ params, body, actor }) => ({
      body: incidentToWire(await hub.closeIncident(params['id']!, body, actor)),
    }),
  }),
];

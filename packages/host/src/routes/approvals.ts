import { route, type Route } from '../http/route.js';
import { ApprovalAnswer, ApprovalPage, ApprovalQuery, ApproveBody, RejectBody } from '../wire/approval.js';
import { toWire } from '../wire/to-wire.js';
import { pageToWire } from './pages.js';
import type { Services } from './services.js';

const ANSWERING = ['APPROVAL_NOT_FOUND', 'APPROVAL_EXPIRED', 'SELF_APPROVAL', 'APPROVER_NOT_ALLOWED'];

export const approvalRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/approvals/',
    permission: ['approval.read', 'deployment.read'],
    tag: 'approvals',
    summary: 'What waits for a person, and what was decided',
    query: ApprovalQuery,
    answers: { status: 200, of: ApprovalPage, what: 'A page.' },
    handle: async ({ query }) => ({
      body: pageToWire(await hub.approvals(query), (each) => toWire(each) as ApprovalAnswer),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/approvals/{id}/approve/',
    permission: 'approval.approve',
    tag: 'approvals',
    summary: 'Let a run go on; never by its requester, its packager or an agent',
    body: ApproveBody,
    answers: { status: 200, of: ApprovalAnswer, what: 'The approval, decided.' },
    problems: [...ANSWERING, 'APPROVAL_STALE'],
    async handle({ params, body: { note, evidence_digest, plan_digest }, actor, identity }) {
      const digests = {
        ...(evidence_digest && { evidence: evidence_digest }),
        ...(plan_digest && { plan: plan_digest }),
      };
      const request = { ...(note && { note }), digests, byAgent: identity.agent };
      return { body: toWire(await hub.approve(params['id']!, request, actor)) as object };
    },
  }),
  route({
    method: 'POST',
    path: '/api/approvals/{id}/reject/',
    permission: 'approval.reject',
    tag: 'approvals',
    summary: 'Refuse a run, with a reason',
    body: RejectBody,
    answers: { status: 200, of: ApprovalAnswer, what: 'The approval, decided.' },
    problems: ANSWERING,
    handle: async ({ params, body, actor, identity }) => ({
      body: toWire(await hub.reject(params['id']!, { ...body, byAgent: identity.agent }, actor)) as object,
    }),
  }),
];

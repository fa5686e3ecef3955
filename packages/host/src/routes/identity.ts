import { permissionsOf } from '../identity/identity.js';
import { route, type Route } from '../http/route.js';
import { LoginAnswer, WhoAmIAnswer } from '../wire/identity.js';
import type { Services } from './services.js';

export const identityRoutes = ({ login = { kind: 'local_token' } }: Pick<Services, 'login'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/auth/',
    permission: 'anybody',
    tag: 'identity',
    summary: 'How to sign in here',
    answers: { status: 200, of: LoginAnswer, what: 'What a client needs to get a token.' },
    handle: () => ({ body: login }),
  }),
  route({
    method: 'GET',
    path: '/api/whoami/',
    permission: 'signed_in',
    tag: 'identity',
    summary: 'Who you are to this host, and what you may do',
    answers: { status: 200, of: WhoAmIAnswer, what: 'The subject, its roles and what they give.' },
    handle: ({ identity }) => {
      const { subject, name, roles, agent } = identity;
      const permissions = [...permissionsOf(identity)];
      return { body: { subject, ...(name !== undefined && { name }), roles: [...roles], permissions, agent } };
    },
  }),
];

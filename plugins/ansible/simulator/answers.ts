import { json, send, type Answer } from '@eucora/sdk/testing';

export const detail = (status: number, text: string): Answer => json(status, { detail: text });

export const notFound = (): Answer => detail(404, 'Not found.');
export const unauthorized = (): Answer =>
  detail(401, 'Authentication credentials were not provided. To establish a login session, visit /api/login/.');
export const badField = (field: string, text: string): Answer => json(400, { [field]: [text] });
export const noContent = (): Answer => send(204);
/** AWX has a Method Not Allowed of its own. */
export const notAllowed = (method: string): Answer => detail(405, `Method "${method}" not allowed.`);

export const iso = (at: number): string => new Date(at).toISOString().replace(/Z$/, '000Z');

/** Every answer of AWX carries its name for the request. */
export const named = (answer: Answer, turn: number): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'x-api-request-id': turn.toString(16).padStart(32, '0'), 'x-api-product-name': 'AWX' },
});

import { planeHttp, type PlaneFailure, type Reading } from '@eucora/sdk/http';
import { authoredOf, complaintOf } from './authoring-answers.js';
import type { Authoring } from './authoring.js';
import type { HttpsAuthoring } from './config.js';

/** The authoring endpoint behind a small JSON facade of HTTP. Its contract is in docs/modules/sccm/connector-spec.md. */
export function httpsAuthoring(
  { url, token, deadlineMs }: Pick<HttpsAuthoring, 'url' | 'token'> & { readonly deadlineMs: number },
  plane: string,
): Authoring {
  const http = planeHttp({
    plane,
    baseUrl: url,
    hosts: [new URL(url).host],
    authorize: { token: (ctx) => ctx.secrets.resolve(token) },
    classify,
    concurrency: 2,
    deadlineMs,
  });

  return {
    async createApplication(ctx, spec) {
      const { body } = await http.request(ctx, {
        method: 'POST',
        url: '/applications',
        json: spec,
        bodyRequired: true,
      });
      return authoredOf(body);
    },
    async distributeToPoints(ctx, spec) {
      await http.request(ctx, { method: 'POST', url: '/distributions', json: spec });
    },
    async check(ctx) {
      await http.request(ctx, { method: 'GET', url: '/health' });
    },
    close: () => http.close(),
  };
}

const classify = ({ body, status }: PlaneFailure): Reading | undefined => {
  const complaint = complaintOf(body);
  return complaint && status !== 401 && status !== 429 && status !== 503 ? complaint : undefined;
};

import { route, type Route } from '../http/route.js';
import { asset, ownVersion } from '../package-files.js';
import { docsPage } from './docs-page.js';
import { openApi } from './document.js';

/** Everything on the page comes from this host. */
const PAGE_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The routes that tell about the routes. */
export function describingRoutes(routes: readonly Route[]): readonly Route[] {
  const document = openApi(routes, ownVersion());
  const schema = JSON.stringify(document);
  const page = docsPage(document);
  const files = { 'console.js': asset('docs-console.js'), 'style.css': asset('docs-style.css') };

  const fixed = (path: string, summary: string, type: string, body: string): Route =>
    route({
      method: 'GET',
      path,
      permission: 'anybody',
      tag: 'host',
      summary,
      streams: { answer: type },
      answers: { status: 200, what: summary },
      handle: () => ({
        headers: { 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': PAGE_POLICY },
        body,
      }),
    });

  return [
    fixed('/api/schema/', 'The OpenAPI document', 'application/json', schema),
    fixed('/api/docs/', 'A page to read and to try it', 'text/html', page),
    fixed('/api/docs/console.js', 'The script of the page', 'text/javascript', files['console.js']),
    fixed('/api/docs/style.css', 'The looks of the page', 'text/css', files['style.css']),
  ];
}

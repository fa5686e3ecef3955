import { exampleOf } from './example.js';
import type { OpenApi, Operation } from './document.js';
import type { JsonSchema } from '../schema/schemas.js';

/** The document as one page: everything is there without a script; the script adds trying. */
export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<section id="${tag}"><h2>${escape(tag)}</h2>${own.map((each) => article(each, document)).join('')}</section>`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${name}"><summary>${name}</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EUCORA Hub API</title>
<link rel="stylesheet" href="/api/docs/style.css">
<script src="/api/docs/console.js" defer></script>
</head>
<body>
<header>
<h1>EUCORA Hub API <small>${escape(String(document.info['version']))}</small></h1>
<nav>${[...tags, 'schemas'].map((tag) => `<a href="#${tag}">${escape(tag)}</a>`).join(' ')} <a href="/api/schema/">OpenAPI</a></nav>
<label>Token <input id="token" type="password" autocomplete="off" placeholder="without single sign-on: content of the file &quot;token&quot; in the data folder"></label>
</header>
<main>
${sections.join('\n')}
<section id="schemas"><h2>schemas</h2>${schemas.join('\n')}</section>
</main>
</body>
</html>
`;
}

function article(
  { path, method, operation }: { path: string; method: string; operation: Operation },
  document: OpenApi,
): string {
  const id = operation.operationId;
  return `<details class="operation" id="${id}">
<summary><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(operation.summary)}</summary>
<p>${accessOf(operation)}</p>
<form data-method="${method.toUpperCase()}" data-path="${escape(path)}">
${operation.parameters.map(field).join('\n')}
${bodyField(operation, document)}
<button type="submit">Send</button>
<pre class="answer" hidden></pre>
</form>
<table><tbody>${Object.entries(operation.responses).map(responseRow).join('')}</tbody></table>
</details>`;
}

function accessOf({ security, 'x-permission': permissions }: Operation): string {
  if (permissions) return `Permission: ${permissions.map((each) => `<code>${escape(each)}</code>`).join(' or ')}`;
  return security.length > 0 ? 'For anybody who is signed in.' : 'Open to anybody.';
}

const field = (parameter: JsonSchema): string =>
  `<label>${escape(String(parameter['name']))} <small>${escape(String(parameter['in']))}</small> <input name="${escape(String(parameter['name']))}" data-in="${escape(String(parameter['in']))}"></label>`;

function bodyField({ requestBody }: Operation, document: OpenApi): string {
  const content = requestBody?.['content'] as Record<string, { schema: JsonSchema }> | undefined;
  if (!content) return '';
  const json = content['application/json'];
  if (!json) return '<label>File <input type="file" name="file"></label>';
  const example = JSON.stringify(exampleOf(json.schema, document.components.schemas), null, 2);
  return `<label>Body ${reference(json.schema)}<textarea name="body" rows="${Math.min(24, example.split('\n').length + 1)}" spellcheck="false">${escape(example)}</textarea></label>`;
}

function responseRow([status, response]: [string, JsonSchema]): string {
  const [content] = Object.values((response['content'] ?? {}) as Record<string, { schema?: JsonSchema }>);
  return `<tr><td>${status}</td><td>${escape(String(response['description']))}</td><td>${content?.schema ? reference(content.schema) : ''}</td></tr>`;
}

function reference({ $ref }: JsonSchema): string {
  const name = typeof $ref === 'string' ? $ref.split('/').at(-1)! : undefined;
  return name ? `<a href="#schema-${name}">${name}</a>` : '';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

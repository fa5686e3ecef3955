import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { near } from './near.js';
import type { JsonSchema } from './schemas.js';

/** One mistake. `path` as a person writes it: `rings[0].scopes.sandbox.include`; empty for the whole. */
export interface FieldMistake {
  readonly path: string;
  readonly message: string;
}

export type Check = (value: unknown) => readonly FieldMistake[];

const ROOT = 'eucora';
const OPTIONS = { allErrors: true, discriminator: true, strict: false, validateFormats: false, verbose: true } as const;

/**
 * Checks made once from the schemas, fast enough for every request.
 *
 * @param read `text` for query strings and environment variables: `"8780"` is then a number where one is wanted
 */
export function checksFor(schemas: Readonly<Record<string, JsonSchema>>, read: 'json' | 'text' = 'json') {
  const ajv = new Ajv2020({ ...OPTIONS, coerceTypes: read === 'text' });
  ajv.addSchema({ $id: ROOT, components: { schemas } });
  return (name: string): Check => {
    const validate = ajv.compile({ $ref: `${ROOT}#/components/schemas/${name}` });
    return (value) => (validate(value) ? [] : mistakesOf(validate));
  };
}

function mistakesOf({ errors }: ValidateFunction): readonly FieldMistake[] {
  const mistakes = (errors ?? []).filter(({ keyword }) => keyword !== 'if').map(toMistake);
  return mistakes.filter(({ path }, at) => mistakes.findIndex((other) => other.path === path) === at);
}

function toMistake(error: ErrorObject): FieldMistake {
  const path = pathOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const meant = near(unknown, known);
      return { path: join(path, unknown), message: `is not known${meant ? `; did you mean ${meant}?` : ''}` };
    }
    case 'required':
      return { path: join(path, String(params['missingProperty'])), message: 'is missing' };
    case 'enum':
      return { path, message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
    case 'discriminator':
      return { path: join(path, String(params['tag'])), message: 'is not a kind that is known' };
    case 'anyOf':
      return { path, message: 'is none of the shapes that it may have' };
    default:
      return { path, message: error.message ?? 'is not valid' };
  }
}

const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** From a JSON pointer: `/rings/0/ring` is `rings[0].ring`. */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), '');

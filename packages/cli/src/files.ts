import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { EucoraError, reasonOf } from '@eucora/sdk';

export type Fields = Readonly<Record<string, unknown>>;

/** Fields that stand on the command line itself, `{ … }`, or in the file that it names. */
export const fieldsOf = async (cwd: string, given: string): Promise<Fields> =>
  given.trimStart().startsWith('{')
    ? requireFields('what was given', await parse('.json', given))
    : readFields(cwd, given);

/** The object that a JSON or YAML file holds. @throws EucoraError `INPUT_INVALID`, `BODY_MALFORMED` */
export async function readFields(cwd: string, file: string): Promise<Fields> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return requireFields(file, await parse(file, text));
}

function requireFields(where: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new EucoraError('BODY_MALFORMED', { what: `${where} does not hold an object with fields` });
}

async function parse(file: string, text: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(text);
    const { parse: parseYaml } = await import('yaml');
    return parseYaml(text);
  } catch (cause) {
    throw new EucoraError('BODY_MALFORMED', {
      what: `${file === '.json' ? 'what was given' : file} is not well-formed: ${reasonOf(cause).split('\n')[0]}`,
      remedy: 'Correct it; a file that ends in .json is read as JSON, any other as YAML.',
      cause,
    });
  }
}

export const unreadable = (file: string, cause: unknown) =>
  new EucoraError('INPUT_INVALID', {
    what: `${basename(file)} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? reasonOf(cause)} at ${file}`,
    remedy: 'Name a file that is there and that you may read.',
    cause,
  });

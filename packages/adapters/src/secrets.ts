import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { EucoraError, type SecretProvider } from '@eucora/sdk';

/** `env:NAME` and `file:/absolute/path`. Read at every call, so that a rotated secret is seen at once. */
export const environmentAndFileSecrets = (environment: NodeJS.ProcessEnv = process.env): SecretProvider => ({
  async resolve(reference) {
    const [, kind, place] = /^(env|file):(.+)$/s.exec(reference) ?? [];
    if (kind === 'env' && place && /^[A-Za-z_]\w*$/.test(place)) return fromEnvironment(environment, place, reference);
    if (kind === 'file' && place && isAbsolute(place)) return fromFile(place, reference);
    throw new EucoraError('SECRET_REFERENCE_INVALID', { what: `${described(reference)} is not a secret reference` });
  },
});

function fromEnvironment(environment: NodeJS.ProcessEnv, name: string, reference: string): string {
  const secret = environment[name];
  if (secret) return secret;
  throw notFound(reference, 'the variable is not set, or empty');
}

/** Editors and `echo` end a file with a line feed that is no part of the secret. */
async function fromFile(path: string, reference: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw notFound(reference, `the file cannot be read (${cause.code})`);
  });
  const secret = text.replace(/\r?\n$/, '');
  if (secret) return secret;
  throw notFound(reference, 'the file is empty');
}

const notFound = (reference: string, why: string) =>
  new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: ${why}`, details: { reference } });

/** Somebody may have put the secret itself where its reference belongs: then it is not repeated. */
const described = (reference: string): string => (/^(env|file):/.test(reference) ? reference : 'the given text');

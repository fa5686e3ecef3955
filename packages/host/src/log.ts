import { pino, type DestinationStream, type Logger } from 'pino';
import type { LOG_LEVELS } from './config/host-config.js';
import type { KnownSecrets } from './secrets.js';

/** Fields that hold credentials by their name, at the top or one level down. */
const CREDENTIALS = [
  'authorization',
  'token',
  'password',
  'secret',
  'client_secret',
  'clientSecret',
  'private_key',
  'privateKey',
];

/**
 * JSON lines on stderr; stdout is for people. Secrets are masked twice: by the name of the field, and every secret that
 * the host has ever resolved by its value.
 */
export const openLog = (
  level: (typeof LOG_LEVELS)[number],
  known: Pick<KnownSecrets, 'mask'>,
  to: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: CREDENTIALS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      hooks: { streamWrite: (line) => known.mask(line) },
    },
    to,
  );

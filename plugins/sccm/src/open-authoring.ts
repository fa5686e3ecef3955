import type { Authoring } from './authoring.js';
import { httpsAuthoring } from './authoring-https.js';
import { processAuthoring } from './authoring-process.js';
import type { SccmConfig } from './config.js';

/** The way to the authoring endpoint that the configuration names. */
export function openAuthoring(config: SccmConfig, plane: string): Authoring {
  const { authoring } = config;
  return authoring.kind === 'https'
    ? httpsAuthoring({ ...authoring, deadlineMs: config.authoringDeadlineMs }, plane)
    : processAuthoring(authoring, config.authoringDeadlineMs, plane);
}

/** The requests that a verb takes over HTTP. A process makes none that a plan could announce. */
export const authoringWrites = (
  { authoring }: SccmConfig,
  verb: 'applications' | 'distributions',
): readonly string[] =>
  authoring.kind === 'https' ? [`POST ${new URL(authoring.url).pathname.replace(/\/$/, '')}/${verb}`] : [];

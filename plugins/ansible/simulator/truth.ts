import type { AwxInstance } from './state.js';

/**
 * What is really on a simulated host: what the last play that came through left there. Nothing where no play ever did. Jobs are
 * judged as they are known; ask for them over HTTP first, if time has passed.
 */
export function installedVersion({ jobs }: AwxInstance, host: string, name: string): string | undefined {
  const last = [...jobs.values()]
    .filter(({ extraVars }) => extraVars.eucora_package_name === name && extraVars.eucora_action !== undefined)
    .sort((a, b) => (a.result?.endedAt ?? 0) - (b.result?.endedAt ?? 0))
    .findLast(({ result }) => {
      const counts = result?.stats?.[host];
      return counts !== undefined && counts.failures === 0 && counts.dark === 0;
    });
  return last?.extraVars.eucora_action === 'install' ? String(last.extraVars.eucora_package_version) : undefined;
}

import type { ConnectorView } from './wire.js';

/** One connector for a person, and what to do about it. */
export function connectorText({ connector_id, module, version, state, problem }: ConnectorView): string {
  const head = `${connector_id} (${module} ${version}) is ${state}`;
  if (problem) return `${head}: ${problem.code}: ${problem.what}\n-> ${problem.remedy}`;
  if (state === 'disabled') return `${head}\n-> eucora connectors enable ${connector_id}`;
  return `${head}\n-> eucora connectors test ${connector_id}`;
}

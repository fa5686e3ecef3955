import type { Connector } from '@eucora/sdk';
import { isConnector } from '../connectors/lifecycle.js';
import type { Standing } from '../connectors/connectors.js';
import type { Registry } from '../registry/registry-file.js';
import type { ConnectorAnswer, RegistryFault } from '../wire/connector.js';

export function connectorToWire({ registration, state, running, problem }: Standing): ConnectorAnswer {
  const plugin = running?.plugin;
  const capabilities = running && isConnector(running) ? [...(running.instance as Connector).capabilities] : undefined;
  return {
    ...registration,
    state,
    ...(plugin && { summary: plugin.summary }),
    ...(capabilities && { capabilities }),
    ...(plugin?.platforms && { platforms: [...plugin.platforms] }),
    ...(problem && {
      problem: {
        code: problem.code,
        error_class: problem.errorClass,
        what: problem.message,
        remedy: problem.remedy,
      },
    }),
  };
}

export const faultsToWire = (registry: Registry): RegistryFault[] =>
  registry.faults().map(({ line, error }) => ({ line, code: error.code, what: error.message, remedy: error.remedy }));

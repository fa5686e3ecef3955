import { quota, type Answer, type Clock, type Route, type SimulatorRequest } from '@eucora/sdk/testing';
import { tooMany } from './answers.js';

/** Requests of one application in one tenant, per 20 seconds (Graph documentation, "Intune service limits"). */
export interface Quotas {
  readonly appWrites: number;
  readonly appRequests: number;
  readonly deviceRequests: number;
}

export const DEFAULT_QUOTAS: Quotas = { appWrites: 100, appRequests: 1_000, deviceRequests: 2_000 };

const WINDOW_MS = 20_000;

/** The same route, throttled as its service is. Items of a batch count one by one, and refused requests count too. */
export function throttled<State>(clock: Clock, quotas: Quotas): (one: Route<State>) => Route<State> {
  const limit = (requests: number) => quota({ requests, perMs: WINDOW_MS, clock, refuse: tooMany });
  const writes = limit(quotas.appWrites);
  const apps = limit(quotas.appRequests);
  const devices = limit(quotas.deviceRequests);

  const refusal = ({ method, path }: SimulatorRequest): Answer | undefined => {
    if (path.includes('/deviceAppManagement/')) return apps() ?? (method === 'GET' ? undefined : writes());
    return path.includes('/deviceManagement/managedDevices') ? devices() : undefined;
  };
  return (one) => ({ ...one, handler: (exchange) => refusal(exchange) ?? one.handler(exchange) });
}

import type { Route } from '../http/route.js';
import { describingRoutes } from '../openapi/describing-routes.js';
import { approvalRoutes } from './approvals.js';
import { artifactRoutes } from './artifacts.js';
import { auditRoutes } from './audit.js';
import { connectorRoutes } from './connectors.js';
import { evidenceRoutes } from './evidence.js';
import { healthRoutes } from './health.js';
import { identityRoutes } from './identity.js';
import { intentRoutes } from './intents.js';
import { packageRoutes } from './packages.js';
import { planeWorkRoutes } from './plane-work.js';
import { policyRoutes } from './policy.js';
import { reconcileRoutes } from './reconcile.js';
import { rolloutRoutes } from './rollouts.js';
import type { Services } from './services.js';

/** Every address of the host. The busiest come first: they are looked at in this order. */
export function routeTable(services: Services): readonly Route[] {
  const working = [
    rolloutRoutes,
    intentRoutes,
    planeWorkRoutes,
    packageRoutes,
    artifactRoutes,
    reconcileRoutes,
    approvalRoutes,
    policyRoutes,
    auditRoutes,
    evidenceRoutes,
    connectorRoutes,
    healthRoutes,
    identityRoutes,
  ].flatMap((routes) => routes(services));
  return [...working, ...describingRoutes(working)];
}

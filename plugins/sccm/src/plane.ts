import {
  until,
  definePlane,
  EucoraError,
  isEucoraError,
  reasonOf,
  readMark,
  type CanCountScope,
  type CanListAssignments,
  type CanSyncInventory,
  type Context,
  type MarkedAssignment,
} from '@eucora/sdk';
import { openAdminService } from './admin-service.js';
import { applicationsNamed, assignmentsDescribed } from './admin-service-applications.js';
import { deviceCollection, managedSystems, READY } from './admin-service-collections.js';
import { openAuthoring } from './open-authoring.js';
import type { SccmConfig } from './config.js';
import { members, statesOf } from './device-states.js';
import { execute } from './execute.js';
import { health } from './health.js';
import { deploymentsOf, observe, toDeployment, type SccmState } from './held.js';
import { findApplications, toOurs, type OurApplication } from './held-applications.js';
import { platformOf, toTargets, versionOf, type WantedTarget } from './mapping.js';
import { MARKED, readPackageMark } from './marks.js';
import type { Means } from './means.js';
import { mustHave } from './metadata.js';
import { desired, diff, type Desired } from './operations.js';
import { siteCollections } from './site-collections.js';

/**
 * SCCM as an execution plane. Each package version is an application of its own, found again by its name and our mark in its comment;
 * a deployment is one application on one collection. Versions change hands by deleting one deployment and making another, for a
 * collection that is told to install two of them is told nothing.
 */
export const sccm = (config: SccmConfig, plane: string) => {
  let means: Means | undefined;
  const connected = (): Means => {
    if (!means) throw new EucoraError('NOT_CONNECTED', { what: `${plane} is not connected` });
    return means;
  };
  const disconnect = async () => {
    const leaving = means;
    means = undefined;
    leaving?.authoring.close();
    await leaving?.service.close();
  };

  return definePlane<Desired, SccmState, CanCountScope & CanListAssignments & CanSyncInventory>({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry'],
    consistencyMs: config.consistencyMs,
    /** Learns what the site's AdminService has. A site that is down is no reason to refuse: it is asked again by the first verb. */
    async connect(ctx) {
      await disconnect();
      const authority = config.certificateAuthority && (await ctx.secrets.resolve(config.certificateAuthority));
      means = {
        service: openAdminService(config, plane, authority || undefined),
        authoring: openAuthoring(config, plane),
        config,
      };
      try {
        mustHave(await means.service.features(ctx));
      } catch (cause) {
        if (isEucoraError(cause) && cause.errorClass !== 'transient') await disconnect();
        if (!isEucoraError(cause) || cause.errorClass !== 'transient') throw cause;
        ctx.log.warn({ plane, reason: reasonOf(cause) }, 'the AdminService does not answer yet');
      }
    },
    disconnect,
    check: (ctx) => health(ctx, config, connected),

    desired: desired(config),
    observe: (ctx, { order, refs }) => observe(connected().service, ctx, config, order, refs),
    diff: diff(plane, config),
    execute: (ctx, operation, known) => execute(connected(), ctx, operation, known),

    async *deviceStates(ctx, { order, refs }) {
      const { service } = connected();
      const targets = toTargets(order, config);
      const { own } = await findApplications(service, ctx, order, refs);
      const sited = config.sites.length > 0 ? await siteCollections(service, ctx, targets) : [];
      const { assignments } = await deploymentsOf(service, ctx, own ? [own] : [], sited);
      const assignmentOf = ({ target, purpose }: WantedTarget) =>
        assignments.find((one) => one.target === target && one.purpose === purpose)?.ref;
      yield* statesOf(
        service,
        ctx,
        targets.map((target) => {
          const ref = assignmentOf(target);
          return { target, assignment: ref === undefined ? undefined : Number(ref) };
        }),
      );
    },

    countScope: (ctx, { order }) => countScope(connected(), ctx, toTargets(order, config)),

    async *listAssignments(ctx) {
      const { service } = connected();
      const ours = await ourApplications(connected(), ctx);
      const sited = config.sites.length > 0 ? await siteCollections(service, ctx, []) : [];
      for await (const page of assignmentsDescribed(service, ctx, MARKED)) {
        yield page.flatMap((one): MarkedAssignment[] => {
          const application = ours.get(one.AppModelID);
          const mark = readMark(one.AssignmentDescription);
          if (!application || !mark || one.Enabled === false) return [];
          const { version, target, mode, purpose, ref } = toDeployment(one, application, sited);
          return [{ version, target, mode, purpose, ref, packageName: application.name, mark }];
        });
      }
    },

    async *syncInventory(ctx) {
      for await (const page of managedSystems(connected().service, ctx)) {
        yield page
          .filter(({ Obsolete, Decommissioned }) => Obsolete !== 1 && Decommissioned !== 1)
          .map(({ ResourceID, Name, OperatingSystemNameandVersion: system, AgentTime }) => {
            const osVersion = versionOf(system);
            const lastSeen = [...(AgentTime ?? [])].sort().at(-1);
            return {
              deviceId: String(ResourceID),
              name: Name ?? String(ResourceID),
              platform: platformOf(system),
              ...(osVersion && { osVersion }),
              ...(lastSeen && { lastSeen: new Date(lastSeen).toISOString() }),
            };
          });
      }
    },
  });
};

/** Our applications by the number that deployments know them by. */
async function ourApplications({ service }: Means, ctx: Context): Promise<ReadonlyMap<number, OurApplication>> {
  const found = new Map<number, OurApplication>();
  for await (const page of applicationsNamed(service, ctx, 'EUCORA ')) {
    for (const one of page) {
      const mark = readPackageMark(one.LocalizedDescription);
      if (mark) found.set(one.ModelID, toOurs(one, mark));
    }
  }
  return found;
}

/** A collection that is being evaluated is waited for: its old number may hide the devices that a limit is about. */
async function countScope({ service, config }: Means, ctx: Context, targets: readonly WantedTarget[]): Promise<number> {
  const settled = (id: string) =>
    until(
      ctx,
      {
        everyMs: config.collectionPollMs,
        patienceMs: config.patienceMs,
        waitingFor: `collection ${id} to be evaluated`,
      },
      async () => {
        const found = await deviceCollection(service, ctx, id);
        return found.CurrentStatus === READY ? found : undefined;
      },
    );
  const [only, ...more] = targets;
  if (only && more.length === 0 && only.site === undefined) {
    const { MemberCount } = await settled(only.collection);
    if (typeof MemberCount === 'number') return MemberCount;
  }
  const ids = new Set<number>();
  for (const target of targets) {
    await settled(target.collection);
    for await (const page of members(service, ctx, target)) page.forEach(({ ResourceID }) => ids.add(ResourceID));
  }
  return ids.size;
}

import { createHash } from 'node:crypto';
import type { Order } from '@eucora/sdk';
import { givenPackage, memoryArtifacts, memoryJournal, type MemoryJournal } from '@eucora/sdk/testing';
import type { SimApplication, SimAssignment } from '../simulator/index.js';
import { newer, type World } from './given.js';

/** A fresh journal on the clock that the plane sees. */
export const journalOf = ({ ctx }: World): MemoryJournal => memoryJournal({ now: () => ctx.now() });

/** Publishes and assigns. */
export const deploy = async (world: World, order: Order, journal = journalOf(world)) =>
  (await world.plane.remediate(world.ctx, { order, journal })).done.map(({ kind }) => kind);

export const planOf = async (world: World, order: Order) =>
  (await world.plane.plan({ ...world.ctx, readOnly: true }, { order })).map(({ kind }) => kind);

export const applicationOf = ({ simulator }: World, version = '2.0.0'): SimApplication =>
  [...simulator.state.applications.values()].find(({ displayName }) => displayName.endsWith(version))!;

export const deploymentsOf = ({ simulator }: World): readonly SimAssignment[] => [
  ...simulator.state.assignments.values(),
];

/** What is deployed where, in short: `2.0.0 required on ABC00014`. */
export const shown = (world: World): readonly string[] =>
  deploymentsOf(world).map(({ fields }) => {
    const purpose = fields.DesiredConfigType === 2 ? 'uninstall' : fields.OfferTypeID === 2 ? 'available' : 'required';
    return `${String(fields.ApplicationName).split(' ').at(-1)} ${purpose} on ${String(fields.TargetCollectionID)}`;
  });

let made = 0;

/** An application that somebody made in the console. */
export function addApplication({ simulator, clock }: World, overrides: Partial<SimApplication>): SimApplication {
  made += 1;
  const application: SimApplication = {
    modelName: `ScopeId_X/Application_${made}`,
    modelId: 20_000_000 + made,
    ciId: 21_000_000 + made,
    revision: 1,
    createdAt: clock.now().getTime(),
    displayName: `Made by hand ${made}`,
    comment: '',
    publisher: '',
    softwareVersion: '',
    expired: false,
    deploymentTypes: [{ name: 'x', contentLocation: '', installCommand: '', uninstallCommand: '', detection: [] }],
    sentToGroups: new Map(),
    sentToPoints: new Map(),
    packageId: `ABCF${String(made).padStart(4, '0')}`,
    ...overrides,
  };
  simulator.state.applications.set(application.modelName, application);
  return application;
}

/** A deployment that somebody made in the console. */
export function addDeployment({ simulator, clock }: World, fields: Record<string, unknown>): SimAssignment {
  made += 1;
  const deployment: SimAssignment = {
    id: 30_000_000 + made,
    createdAt: clock.now().getTime(),
    fields: {
      AssignmentName: `By hand ${made}`,
      AssignmentDescription: '',
      DesiredConfigType: 1,
      OfferTypeID: 0,
      Enabled: true,
      ...fields,
    },
  };
  simulator.state.assignments.set(deployment.id, deployment);
  return deployment;
}

export const requestsTo = ({ simulator }: World, path: RegExp) =>
  simulator.requests.filter((one) => path.test(one.path));

/** An order for an artifact of so many bytes, and the store that has it. */
export function orderOf(length: number) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) createHash('sha256').update(String(at)).digest().copy(bytes, at);
  const artifacts = memoryArtifacts(bytes);
  const { sha256, size } = artifacts.add(bytes);
  return {
    artifacts,
    bytes,
    order: newer({ package: givenPackage({ artifact: { sha256, size, fileName: 'noise.exe' } }) }),
  };
}

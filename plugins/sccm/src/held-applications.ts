import { EucoraError, packageKey, readMark, type Context, type Mark, type Order, type Refs } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { applicationOfModel, applicationsNamed } from './admin-service-applications.js';
import { displayNameOf, namesBeginWith } from './mapping.js';
import { readPackageMark, type PackageMark } from './marks.js';
import type { Application } from './wire.js';

/** An application that carries our mark, whichever order made it. */
export interface OurApplication extends Pick<PackageMark, 'name' | 'version' | 'key' | 'sha256'> {
  readonly displayName: string;
  readonly modelName: string;
  readonly modelId: number;
  readonly ciId: number;
  readonly deploymentTypes: number;
  readonly retired: boolean;
  readonly mark?: Mark;
}

/**
 * The application of the order's version, and those of its other versions: by name first, then by mark, and by the `ModelName` that the
 * journal remembers where somebody has renamed it.
 *
 * @throws EucoraError `PLANE_CONFLICT` when an application that is not ours has its name, or several of ours have it
 */
export async function findApplications(
  service: AdminService,
  ctx: Context,
  order: Order,
  refs: Refs,
): Promise<{ readonly own: OurApplication | undefined; readonly others: readonly OurApplication[] }> {
  const named = await allNamed(service, ctx, order);
  const remembered = refs.application_id;
  if (remembered !== undefined && !named.some(({ ModelName }) => ModelName === remembered)) {
    const renamed = await applicationOfModel(service, ctx, remembered);
    if (renamed) named.push(renamed);
  }
  const wantedName = displayNameOf(order.package);
  const wantedKey = packageKey(order.package);
  const stranger = named.find(
    (one) => one.LocalizedDisplayName === wantedName && readPackageMark(one.LocalizedDescription)?.key !== wantedKey,
  );
  if (stranger) throw notOurs(stranger, wantedKey);

  const ours = named.flatMap((one) => {
    const mark = readPackageMark(one.LocalizedDescription);
    const isOurs = mark?.name === order.package.name && mark.platform === order.package.platform;
    return mark && isOurs ? [toOurs(one, mark)] : [];
  });
  return {
    own: choose(
      ours.filter(({ key }) => key === wantedKey),
      order,
      remembered,
    ),
    others: ours.filter(({ key }) => key !== wantedKey),
  };
}

async function allNamed(service: AdminService, ctx: Context, order: Order): Promise<Application[]> {
  const found: Application[] = [];
  for await (const page of applicationsNamed(service, ctx, namesBeginWith(order.package.name))) found.push(...page);
  return found;
}

export const toOurs = (one: Application, { name, version, key, sha256 }: PackageMark): OurApplication => {
  const mark = readMark(one.LocalizedDescription);
  return {
    name,
    version,
    key,
    sha256,
    displayName: one.LocalizedDisplayName ?? '',
    modelName: one.ModelName,
    modelId: one.ModelID,
    ciId: one.CI_ID,
    deploymentTypes: one.NumberOfDeploymentTypes ?? 0,
    retired: one.IsExpired === true,
    ...(mark && { mark }),
  };
};

/** The one that the journal remembers, else the one under its name. A copy made in the console keeps our comment, not the name. */
function choose(
  candidates: readonly OurApplication[],
  order: Order,
  remembered: string | undefined,
): OurApplication | undefined {
  const named = candidates.filter(({ displayName }) => displayName === displayNameOf(order.package));
  const known = candidates.find(({ modelName }) => modelName === remembered);
  const own = known ?? (named.length === 1 ? named[0] : undefined);
  if (!own && candidates.length > 0) throw ambiguous(candidates, packageKey(order.package));
  if (own && own.sha256 !== order.package.artifact.sha256) throw otherContent(own);
  return own;
}

const notOurs = ({ LocalizedDisplayName: name, ModelName }: Application, key: string) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `SCCM has an application "${name}" without the hub's mark for ${key}`,
    remedy:
      "Rename or delete that application in the Configuration Manager console. If it is the hub's and somebody edited its administrator comments, put the [eucora …] lines back.",
    details: { application_id: ModelName, package: key },
  });

const ambiguous = (candidates: readonly OurApplication[], key: string) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `SCCM has ${candidates.length} applications with the mark of ${key}, and none that is plainly it: ${candidates.map(({ displayName, modelName }) => `"${displayName}" (${modelName})`).join(', ')}`,
    remedy:
      'Give the right one its name back, and take the [eucora package=…] line out of the administrator comments of the others, or delete them.',
    details: { package: key, application_ids: candidates.map(({ modelName }) => modelName) },
  });

const otherContent = ({ displayName, modelName, sha256 }: OurApplication) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `the application "${displayName}" in SCCM was made of another artifact (${sha256})`,
    remedy: 'Give the new content a new version. If the old application is not used any more, delete it in SCCM.',
    details: { application_id: modelName },
  });

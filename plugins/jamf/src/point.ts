import { lookFor, type EucoraError, type Context, type Order, type Refs } from '@eucora/sdk';
import type { JamfConfig } from './config.js';
import { heldPolicy, nameTaken, type HeldPolicy, type JamfState } from './held.js';
import type { Jamf } from './jamf.js';
import { groupIds } from './jamf-computers.js';
import { changePolicy, createPolicy, flushPolicyLog, policyIds, readPolicyXml } from './jamf-policies.js';
import { contentOf, joinedScope, policyOf, versionOf, type Desired, type SaveManner } from './operations.js';
import type { PolicyMark } from './marks.js';
import { notConverging } from './errors.js';
import { toPolicyXml, type PolicyWrite } from './policy.js';
import { isRefusal } from './publish.js';
import { notKept } from './xml.js';

const LOOK_MS = 5_000;

export interface Pointing {
  readonly jamf: Jamf;
  readonly config: JamfConfig;
  readonly want: Desired;
  readonly order: Order;
  readonly have: JamfState;
}

/** Writes the policy of the order's ring: what it does, for whom, and whose it is. */
export async function savePolicy(ctx: Context, pointing: Pointing, manner: SaveManner): Promise<Refs> {
  const { jamf, want, have } = pointing;
  const held = versionOf(have, want.key);
  if (want.kind === 'install' && !held?.ready)
    throw notConverging(`Jamf Pro does not show the package of ${want.key} as ready yet`);

  const policy = policyOf(have, want.policyName);
  const scope = policy && manner === 'rescope' ? joinedScope(want, policy) : want.scope;
  const groups = await groupIds(jamf, ctx, [...scope.include, ...scope.exclude]);
  const ids = (names: readonly string[]) => names.map((name) => groups.get(name)!);
  const write: PolicyWrite = {
    name: want.policyName,
    scope: { include: ids(scope.include), exclude: ids(scope.exclude) },
    about: aboutOf(pointing, {
      mark: want.mark,
      key: want.key,
      flushDue: manner === 'stage' || (manner === 'rescope' && policy!.marked.flushDue),
      ...(policy?.marked.since && { since: policy.marked.since }),
    }),
    ...(manner !== 'rescope' && { enabled: false, content: contentOf(want, held) }),
  };
  const id = policy ? await change(ctx, pointing, policy, write) : await create(ctx, pointing, write);
  return { policy_id: id };
}

/** Lets computers run it that ran it before. While it is switched off none begins in between. */
export async function restartPolicy(ctx: Context, pointing: Pointing): Promise<Refs> {
  const policy = ownPolicy(pointing);
  await flushPolicyLog(pointing.jamf, ctx, policy.id);
  return { policy_id: await switchOn(ctx, pointing, policy, ctx.now().toISOString()) };
}

/** A policy that somebody switched off goes on where it was; a fresh one begins now. */
export async function enablePolicy(ctx: Context, pointing: Pointing): Promise<Refs> {
  const policy = ownPolicy(pointing);
  return { policy_id: await switchOn(ctx, pointing, policy, policy.marked.since ?? ctx.now().toISOString()) };
}

const switchOn = (ctx: Context, pointing: Pointing, policy: HeldPolicy, since: string) =>
  change(ctx, pointing, policy, {
    name: policy.name,
    enabled: true,
    about: aboutOf(pointing, { mark: pointing.want.mark, key: pointing.want.key, flushDue: false, since }),
  });

/** Takes groups off another policy of the application. One that aims at nobody any more is switched off. */
export async function releaseGroups(
  ctx: Context,
  pointing: Pointing,
  name: string,
  groups: readonly string[],
): Promise<Refs> {
  const policy = policyOf(pointing.have, name);
  if (!policy) return {};
  const include = policy.include.filter((group) => !groups.includes(group.name));
  await change(ctx, pointing, policy, {
    name,
    ...(include.length === 0 && { enabled: false }),
    scope: { include: include.map(({ id }) => id), exclude: policy.exclude.map(({ id }) => id) },
    about: {
      ...aboutOf(pointing, { ...policy.marked, flushDue: true }),
      purpose: policy.selfService ? 'available' : 'required',
    },
  });
  return {};
}

const aboutOf = ({ order: { package: pkg }, want }: Pointing, mark: PolicyMark): NonNullable<PolicyWrite['about']> => ({
  title: pkg.name,
  words: pkg.description ?? `${pkg.name} of ${pkg.publisher}`,
  mark,
  purpose: want.purpose,
});

async function create(ctx: Context, { jamf, config, want }: Pointing, write: PolicyWrite): Promise<string> {
  const xml = toPolicyXml(write);
  try {
    const id = await createPolicy(jamf, ctx, xml);
    await readBack(ctx, jamf, config, id, want.policyName, xml);
    return id;
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    return policyBehindRefusal(ctx, { jamf, config, want }, cause);
  }
}

/** A 409 says nothing of what is there: it may be our own policy, made by a call whose answer was lost. */
async function policyBehindRefusal(
  ctx: Context,
  { jamf, config, want }: Pick<Pointing, 'jamf' | 'config' | 'want'>,
  refusal: EucoraError,
): Promise<string> {
  const wanted = want.policyName.toLowerCase();
  const there = await lookFor(ctx, { everyMs: LOOK_MS, patienceMs: config.consistencyMs }, async () =>
    [...(await policyIds(jamf, ctx))].find(([name]) => name.toLowerCase() === wanted),
  );
  if (!there) throw refusal;
  const [name, id] = there;
  const policy = await heldPolicy(jamf, ctx, id, { app: '', ring: want.mark.ring, kind: want.kind });
  if (policy === null || name !== want.policyName) throw nameTaken('policy', id, name);
  return id;
}

async function change(
  ctx: Context,
  { jamf, config }: Pointing,
  policy: HeldPolicy,
  write: PolicyWrite,
): Promise<string> {
  const xml = toPolicyXml(write);
  await changePolicy(jamf, ctx, policy.id, xml);
  await readBack(ctx, jamf, config, policy.id, policy.name, xml);
  return policy.id;
}

/** Jamf answers 201 also to what it drops or replaces by a default (facts file, 2.5), so every write is read back and compared. */
async function readBack(
  ctx: Context,
  jamf: Jamf,
  { consistencyMs }: JamfConfig,
  id: string,
  name: string,
  sent: ReturnType<typeof toPolicyXml>,
): Promise<void> {
  let lost: readonly string[] = [];
  const kept = await lookFor(ctx, { everyMs: LOOK_MS, patienceMs: consistencyMs }, async () => {
    const shown = await readPolicyXml(jamf, ctx, id);
    lost = shown ? notKept(sent, shown, 'policy') : ['policy'];
    return lost.length === 0 || undefined;
  });
  if (kept) return;
  throw notConverging(
    `Jamf Pro took policy "${name}" (id ${id}) and does not show what was written: ${lost.join(', ')}`,
    {
      policy_id: id,
      not_kept: lost,
    },
  );
}

function ownPolicy({ have, want }: Pointing): HeldPolicy {
  const policy = policyOf(have, want.policyName);
  if (!policy) throw notConverging(`Jamf Pro does not show policy "${want.policyName}" yet`);
  return policy;
}

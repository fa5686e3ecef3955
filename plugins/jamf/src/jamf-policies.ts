import type { Context } from '@eucora/sdk';
import { notJamf } from './errors.js';
import type { Jamf } from './jamf.js';
import { readPolicy, type ShownPolicy } from './policy.js';
import { listOf, textOf, type XmlElement } from './xml.js';

/** Policies exist in the Classic API only. */
const POLICIES = '/JSSResource/policies';

const policyUrl = (id: string) => `${POLICIES}/id/${encodeURIComponent(id)}`;

/** Ids by name. The list has no pages and no filter; names are looked up here, because some break in a path. */
export async function policyIds(jamf: Jamf, ctx: Context): Promise<ReadonlyMap<string, string>> {
  const list = await jamf.read(ctx, POLICIES, 'policies');
  if (!list) throw notJamf('Jamf Pro has no list of policies');
  return new Map(listOf(list.policy).map(({ id, name }) => [textOf(name), textOf(id)]));
}

/** Nothing where Jamf does not know it, or not yet. */
export async function readPolicyById(jamf: Jamf, ctx: Context, id: string): Promise<ShownPolicy | undefined> {
  const policy = await readPolicyXml(jamf, ctx, id);
  return policy && readPolicy(policy);
}

export const readPolicyXml = (jamf: Jamf, ctx: Context, id: string): Promise<XmlElement | undefined> =>
  jamf.read(ctx, policyUrl(id), 'policy');

/** The id 0 asks for a fresh one. Never repeated by the client. */
export const createPolicy = (jamf: Jamf, ctx: Context, policy: XmlElement): Promise<string> =>
  jamf.write(ctx, 'POST', `${POLICIES}/id/0`, 'policy', policy);

/** Sections that are left out stay. */
export async function changePolicy(jamf: Jamf, ctx: Context, id: string, policy: XmlElement): Promise<void> {
  await jamf.write(ctx, 'PUT', policyUrl(id), 'policy', policy);
}

/** Computers that ran the policy may run it again. */
export async function flushPolicyLog(jamf: Jamf, ctx: Context, id: string): Promise<void> {
  await jamf.request(ctx, {
    method: 'DELETE',
    url: `/JSSResource/logflush/policy/id/${encodeURIComponent(id)}/interval/Zero%20Days`,
    replayable: true,
    answer: 'none',
  });
}

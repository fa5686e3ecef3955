import { send, type Answer, type Route } from '@eucora/sdk/testing';
import { statusPage } from './answers.js';
import type { Door, Here } from './door.js';
import { merged, Refused } from './policy-merge.js';
import { latestOf, put, type JamfState, type NodeName, type SimPolicy } from './state.js';
import { viewOf, type World } from './world.js';
import { elementIn, xml, type Element } from './xml.js';

const POLICIES = '/JSSResource/policies';

/** Policies and their logs: the Classic API, XML, and 201 to much that is not kept. */
export function policyRoutes(world: World, door: Door): readonly Route<JamfState>[] {
  const now = () => world.clock.now().getTime();

  const save = (state: JamfState, policy: SimPolicy, node: NodeName, kind: string): Answer => {
    put(state.policies, policy.id, policy, now(), node);
    world.runs.follow(policy.id, policy);
    world.ledger().record(kind, policy.id, { name: policy.general.name, enabled: policy.general.enabled });
    return xml(201, 'policy', { id: policy.id });
  };

  /** On what the database holds; nodes are behind in what they show, not in what they write. */
  const write = (id: string, { body, state }: Here, node: NodeName, kind: string): Answer => {
    const sent = elementIn(body, 'policy');
    if (!sent) return statusPage(400);
    try {
      return save(state, merged(state, id, latestOf(state.policies, id), sent), node, kind);
    } catch (cause) {
      if (cause instanceof Refused) return statusPage(cause.status, cause.message);
      throw cause;
    }
  };

  const create = (exchange: Here, node: NodeName): Answer =>
    exchange.params.id === '0' ? write(world.nextId('policy'), exchange, node, 'policy_created') : statusPage(400);

  const withPolicy =
    (handle: (policy: SimPolicy, exchange: Here, node: NodeName) => Answer) => (exchange: Here, node: NodeName) => {
      const policy = viewOf(world, node).one(exchange.state.policies, exchange.params.id!);
      return policy ? handle(policy, exchange, node) : statusPage(404);
    };

  const list = ({ state }: Here, node: NodeName): Answer => {
    const all = viewOf(world, node).all(state.policies);
    return xml(200, 'policies', {
      size: all.length,
      policy: all.map(({ id, general }) => ({ id, name: general.name })),
    });
  };

  const byName = ({ state, params }: Here, node: NodeName): Answer => {
    const found = viewOf(world, node)
      .all(state.policies)
      .find(({ general }) => general.name === params.name);
    return found ? xml(200, 'policy', shown(state, found)) : statusPage(404);
  };

  const remove = withPolicy((policy, { state }, node) => {
    put(state.policies, policy.id, undefined, now(), node);
    world.runs.follow(policy.id, undefined);
    world.ledger().record('policy_deleted', policy.id);
    return xml(200, 'policy', { id: policy.id });
  });

  const flush = ({ params, state }: Here): Answer => {
    if (!/^(Zero|One|Two|Three|Six) (Days|Weeks|Months|Years)$/.test(params.interval ?? '')) return statusPage(400);
    if (params.log !== 'policy' || !latestOf(state.policies, params.id!)) return statusPage(404);
    // Whatever is younger than the interval stays; only an interval of nothing is of use here.
    if (params.interval!.startsWith('Zero')) world.runs.flush(params.id!);
    world.ledger().record('policy_log_flushed', params.id!, { interval: params.interval });
    return send(200);
  };

  return [
    door('GET', POLICIES, 'Read Policies', list),
    door('GET', `${POLICIES}/name/{name}`, 'Read Policies', byName),
    door(
      'GET',
      `${POLICIES}/id/{id}`,
      'Read Policies',
      withPolicy((one, { state }) => xml(200, 'policy', shown(state, one))),
    ),
    door('POST', `${POLICIES}/id/{id}`, 'Create Policies', create),
    door(
      'PUT',
      `${POLICIES}/id/{id}`,
      'Update Policies',
      withPolicy((one, exchange, node) => write(one.id, exchange, node, 'policy_changed')),
    ),
    door('DELETE', `${POLICIES}/id/{id}`, 'Delete Policies', remove),
    door('DELETE', '/JSSResource/logflush/{log}/id/{id}/interval/{interval}', 'Flush Policy Logs', flush),
  ];
}

/** As Jamf shows it: groups and packages by their present names, and without those that are gone. */
function shown(state: JamfState, policy: SimPolicy): Element {
  const groups = (ids: readonly string[]) => {
    const there = ids.flatMap((id) => latestOf(state.groups, id) ?? []);
    return there.length === 0 ? '' : { computer_group: there.map(({ id, name }) => ({ id, name })) };
  };
  const packages = policy.packages.flatMap(({ id, action }) => {
    const found = latestOf(state.packages, id);
    return found ? [{ id, name: found.fields.packageName, action, fut: false, feu: false }] : [];
  });
  return {
    general: {
      id: policy.id,
      ...policy.general,
      category: { id: -1, name: 'No category assigned' },
      site: { id: -1, name: 'None' },
    },
    scope: {
      all_computers: policy.scope.allComputers,
      computers:
        policy.scope.computers.length === 0 ? '' : { computer: policy.scope.computers.map((id) => ({ id, name: id })) },
      computer_groups: groups(policy.scope.include),
      buildings: '',
      departments: '',
      exclusions: {
        computers: '',
        computer_groups: groups(policy.scope.exclude),
        buildings: '',
        departments: '',
        users: '',
      },
    },
    self_service: policy.selfService,
    package_configuration: { packages: { size: packages.length, ...(packages.length > 0 && { package: packages }) } },
    scripts: { size: 0 },
    maintenance: policy.maintenance,
    files_processes: policy.files,
    user_interaction: policy.interaction,
  };
}

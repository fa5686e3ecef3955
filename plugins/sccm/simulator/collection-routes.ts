import type { Route } from '@eucora/sdk/testing';
import { adminError, classRoutes, created, done, notFound, timeOf, write } from './answers.js';
import { isEvaluated, membersOf } from './devices.js';
import type { SccmSite, SimCollection, SimRule } from './state.js';
import type { World } from './world.js';

const NEVER = '1980-01-01T12:00:00Z';
/** The service's own words for it; it is a fault of the service (AdamGrossTX/ConfigMgr.AdminService#12). */
const BULK_IS_BROKEN =
  "ODataParameterReader.ReadAsync or ODataParameterReader.Read was called in the 'ResourceSet' state. 'CreateResourceSetReader' must be called in this state.";

/** Collections: their members are worked out some time after they were told to. */
export function collectionRoutes(world: World): Route<SccmSite>[] {
  const method = (name: string, then: (collection: SimCollection, body: Record<string, unknown>) => number) =>
    write(world, 'POST', 'SMS_Collection', `('{key}')/AdminService.${name}`, (exchange) => {
      const collection = exchange.state.collections.get(exchange.params.key!);
      if (!collection) return notFound(`SMS_Collection('${exchange.params.key}')`);
      return done(exchange, then(collection, exchange.body as Record<string, unknown>));
    });

  return [
    ...classRoutes(world, {
      name: 'SMS_Collection',
      key: 'CollectionID',
      lazy: ['CollectionRules', 'RefreshSchedule'],
      rows: ({ state }) => [...state.collections.values()].map((one) => collectionRow(world, one)),
    }),
    write(world, 'POST', 'SMS_Collection', '', (exchange) => {
      const { Name, Comment, CollectionType, LimitToCollectionID, RefreshSchedule } = exchange.body as Record<
        string,
        unknown
      >;
      if (RefreshSchedule !== undefined) return adminError(500, 'The SMS Provider reported an error: generic failure.');
      if (typeof Name !== 'string' || !exchange.state.collections.has(String(LimitToCollectionID))) {
        return adminError(400, 'A name and a limiting collection that exists are needed.');
      }
      const id = `${world.siteCode}${(0x200 + world.next('collection')).toString(16).toUpperCase().padStart(5, '0')}`;
      const made: SimCollection = {
        id,
        name: Name,
        comment: typeof Comment === 'string' ? Comment : '',
        type: Number(CollectionType),
        limitTo: String(LimitToCollectionID),
        rules: [],
        made: true,
      };
      exchange.state.collections.set(id, made);
      world.ledger().record('collection_made', id, { name: Name });
      return created(exchange, 'SMS_Collection', id, collectionRow(world, made));
    }),
    method('AddMembershipRule', (collection, body) => {
      const rule = body.collectionRule as SimRule | undefined;
      if (!rule?.RuleName) return 1;
      collection.rules.push(rule);
      world.ledger().record('rule_added', collection.id, { rule: rule.RuleName });
      return 0;
    }),
    method('RequestRefresh', (collection) => {
      collection.refreshAt = world.clock.now().getTime();
      return 0;
    }),
    write(world, 'POST', 'SMS_Collection', "('{key}')/AdminService.AddMembershipRules", () =>
      adminError(404, BULK_IS_BROKEN),
    ),
  ];
}

function collectionRow(world: World, one: SimCollection) {
  const evaluated = isEvaluated(world, one);
  const waits = one.refreshAt !== undefined && world.clock.now().getTime() < one.refreshAt + world.delays.evaluation;
  return {
    CollectionID: one.id,
    Name: one.name,
    Comment: one.comment,
    CollectionType: one.type,
    CurrentStatus: evaluated && !waits ? 1 : 5,
    LimitToCollectionID: one.limitTo,
    MemberCount: membersOf(world, one).length,
    RefreshType: 4,
    LastRefreshTime: evaluated
      ? timeOf((one.refreshAt ?? world.clock.now().getTime()) + world.delays.evaluation)
      : NEVER,
    CollectionRules: one.rules,
    RefreshSchedule: [],
  };
}

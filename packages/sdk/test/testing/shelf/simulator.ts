import { randomUUID } from 'node:crypto';
import type { Purpose } from '@eucora/sdk';
import {
  createFleet,
  createSimulatorServer,
  json,
  route,
  type Clock,
  type Fleet,
  type SimulatorServer,
} from '@eucora/sdk/testing';

export interface ShelfItem {
  readonly id: string;
  readonly title: string;
  readonly release: string;
  readonly comment: string;
  content: boolean;
  /** When it begins to be shown, milliseconds since 1970. */
  readonly shownAt: number;
}

export interface ShelfLoan {
  readonly id: string;
  readonly item: string;
  readonly group: string;
  readonly wish: Purpose;
  readonly shownAt: number;
}

export interface ShelfState {
  readonly items: Map<string, ShelfItem>;
  readonly loans: Map<string, ShelfLoan>;
}

export interface Shelf extends SimulatorServer<ShelfState> {
  readonly fleet: Fleet;
}

/** The smallest plane that has everything: items with content to upload, loans to groups, devices, and a lag before it shows. */
export async function startShelf(clock: Clock, lagMs: number): Promise<Shelf> {
  const fleet = createFleet({
    seed: 7,
    clock,
    devices: ['d-1', 'd-2', 'd-3'].map((id) => ({ id, groups: ['group-lab'], platform: 'windows' })),
  });
  const shownFrom = () => clock.now().getTime() + lagMs;
  const shown = <Thing extends { shownAt: number }>(things: Map<string, Thing>) =>
    [...things.values()].filter(({ shownAt }) => shownAt <= clock.now().getTime());

  const server: SimulatorServer<ShelfState> = await createSimulatorServer<ShelfState>({
    name: 'shelf',
    clock,
    state: { items: new Map(), loans: new Map() },
    authenticate: ({ headers }) =>
      headers.authorization === 'Bearer shelf' ? undefined : json(401, { error: { code: 'Unauthenticated' } }),
    routes: [
      route('GET', '/items', ({ state, query }) =>
        json(200, { value: shown(state.items).filter(({ title }) => title === query.title) }),
      ),
      route('POST', '/items', ({ state, body }) => {
        const item = { ...(body as ShelfItem), id: randomUUID(), content: false, shownAt: shownFrom() };
        state.items.set(item.id, item);
        server.ledger.record('item_created', item.id, { release: item.release });
        return json(201, item);
      }),
      route('PUT', '/items/{id}/content', ({ state, params, send }) => {
        const item = state.items.get(params.id!);
        if (!item) return json(404, { error: { code: 'NotFound' } });
        item.content = true;
        server.ledger.record('content_stored', item.id);
        return send(204);
      }),
      route('GET', '/loans', ({ state }) => json(200, { value: shown(state.loans) })),
      route('POST', '/loans', ({ state, body }) => {
        const loan = { ...(body as ShelfLoan), id: randomUUID(), shownAt: shownFrom() };
        state.loans.set(loan.id, loan);
        fleet.assign(loan.group, loan.item, loan.wish);
        server.ledger.record('loan_created', loan.id, { item: loan.item });
        return json(201, loan);
      }),
      route('DELETE', '/loans/{id}', ({ state, params, send }) => {
        const loan = state.loans.get(params.id!);
        if (!loan) return json(404, { error: { code: 'NotFound' } });
        state.loans.delete(loan.id);
        fleet.unassign(loan.group, loan.item);
        server.ledger.record('loan_ended', loan.id);
        return send(204);
      }),
      route('GET', '/items/{id}/devices', ({ state, params }) => {
        const groups = [...state.loans.values()].filter(({ item }) => item === params.id).map(({ group }) => group);
        return json(200, { value: [...fleet.states(params.id!, groups)] });
      }),
    ],
  });
  return Object.assign(server, { fleet });
}

import { json, type Answer } from '@eucora/sdk/testing';
import { refused } from './answers.js';
import type { Action, Call } from './legacy-route.js';
import type { SimPocket } from './state.js';
import type { World } from './world.js';

const SECTION = 'main/amd64';

/** Pockets: on 25.10 and earlier only. */
export function pocketActions(world: World): Readonly<Record<string, Action>> {
  const now = () => world.clock.now().getTime();

  const withPocket =
    (work: (pocket: SimPocket, call: Call) => Answer): Action =>
    (call) => {
      const [distribution, series, name] = ['distribution', 'series', 'name'].map(call.field);
      const pocket = call.account.pockets.get(`${distribution}/${series}/${name}`);
      if (!pocket) return refused('UnknownPocket', `No pocket ${name} in ${distribution}/${series}`);
      for (const { at, packages } of pocket.arriving) if (at <= now()) pocket.packages = packages;
      pocket.arriving = pocket.arriving.filter(({ at }) => at > now());
      const others = [...call.account.pockets.values()].filter(({ key }) => key.startsWith(`${distribution}/`));
      if (others.some(({ busyUntil }) => busyUntil > now())) {
        return refused('OperationInProgress', `Another operation is in progress on ${distribution}`);
      }
      return work(pocket, call);
    };

  const fill = (mode: SimPocket['mode'], verb: string) =>
    withPocket((pocket, { ledger }) => {
      if (pocket.mode !== mode) return refused('InvalidPocketMode', `${pocket.key} is no ${mode} pocket`);
      const at = now() + world.delays.pocket;
      pocket.busyUntil = at;
      pocket.arriving.push({ at, packages: [...pocket.origin] });
      ledger.record('pocket_filled', pocket.key);
      return json(200, {
        id: world.nextId('group'),
        type: 'ActivityGroup',
        summary: `${verb} ${pocket.key}`,
        parent_id: null,
        children: [],
      });
    });

  return {
    ListPocket: withPocket((pocket, { field }) =>
      json(200, { [SECTION]: pocket.packages.filter(([name]) => name.includes(field('search'))) }),
    ),
    DiffPullPocket: withPocket((pocket) => {
      if (pocket.mode !== 'pull') return refused('InvalidPocketMode', `${pocket.key} is no pull pocket`);
      const held = new Set(pocket.packages.map((row) => row.join(' ')));
      return json(200, { [SECTION]: { add: pocket.origin.filter((row) => !held.has(row.join(' '))) } });
    }),
    PullPackagesToPocket: fill('pull', 'Pull packages to'),
    SyncMirrorPocket: fill('mirror', 'Sync pocket'),
  };
}

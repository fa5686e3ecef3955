import { untrusted, type UntrustedFields } from '@eucora/sdk';

export interface Rules {
  readonly byId: ReadonlyMap<unknown, UntrustedFields>;
  /** The driver's rules first, then those of each extension. */
  readonly lists: readonly (readonly UntrustedFields[])[];
}

export function rulesOf({ driver, extensions }: UntrustedFields): Rules {
  const [ofDriver, ...ofExtensions] = [untrusted.fields(driver), ...untrusted.list(extensions)].map(({ rules }) =>
    untrusted.list(rules),
  );
  const lists = [ofDriver ?? [], ...ofExtensions];
  return { lists, byId: new Map(lists.flat().map((rule) => [rule.id, rule])) };
}

/** By id, where `CA1000/1` is a case of the rule `CA1000`; otherwise by place. An empty rule where there is none. */
export function findRule({ byId, lists }: Rules, result: UntrustedFields): UntrustedFields {
  const { id, index, toolComponent } = untrusted.fields(result.rule);
  const name = untrusted.text(result.ruleId) ?? untrusted.text(id);
  const found = byId.get(name) ?? byId.get(name?.split('/')[0]);
  const extension = placeOf(untrusted.fields(toolComponent).index);
  const list = lists[extension === undefined ? 0 : extension + 1];
  return found ?? list?.[placeOf(result.ruleIndex) ?? placeOf(index) ?? -1] ?? {};
}

const placeOf = (index: unknown): number | undefined =>
  typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : undefined;

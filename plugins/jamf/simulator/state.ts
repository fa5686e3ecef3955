/** One of the two servers behind the address. */
export type NodeName = 'node-a' | 'node-b';

/** An object at one moment, as the node that took the change knows it. Nothing: it was deleted. */
export interface Version<T> {
  /** Milliseconds of the simulator's clock. */
  readonly at: number;
  readonly node: NodeName;
  readonly value: T | undefined;
}

/** Objects by id with their past, so that the other node can still show it. */
export type Replicated<T> = Map<string, Version<T>[]>;

export interface SimPackage {
  readonly id: string;
  /** What the caller set. */
  readonly fields: Readonly<Record<string, unknown>> & { readonly packageName: string; readonly fileName: string };
  readonly upload?: {
    readonly at: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly sha3: string;
    /** When Jamf was asked to look. */
    readonly refreshedAt?: number;
  };
}

/** Leaves of a section, as text. */
export type Leaves = Readonly<Record<string, string>>;

export interface SimPolicy {
  readonly id: string;
  readonly general: Leaves;
  readonly scope: {
    readonly allComputers: boolean;
    /** Ids of computers and of groups. */
    readonly computers: readonly string[];
    readonly include: readonly string[];
    readonly exclude: readonly string[];
  };
  readonly selfService: Leaves;
  readonly packages: readonly { readonly id: string; readonly action: string }[];
  readonly files: Leaves;
  readonly maintenance: Leaves;
  readonly interaction: Leaves;
}

export interface SimGroup {
  readonly id: string;
  readonly name: string;
  readonly smart: boolean;
  /** What the fleet calls it; a group that was renamed keeps its computers. */
  readonly fleetGroup: string;
}

/** What the instance holds. Plain data, so that a stale read can remember it. */
export interface JamfState {
  readonly packages: Replicated<SimPackage>;
  readonly policies: Replicated<SimPolicy>;
  readonly groups: Replicated<SimGroup>;
}

export const emptyState = (): JamfState => ({ packages: new Map(), policies: new Map(), groups: new Map() });

/** What is really there, whoever shows it. */
export function latest<T>(objects: Replicated<T>): readonly T[] {
  return [...objects.values()].flatMap((versions) => versions.at(-1)?.value ?? []);
}

export const latestOf = <T>(objects: Replicated<T>, id: string): T | undefined => objects.get(id)?.at(-1)?.value;

/** @param value nothing deletes it */
export function put<T>(objects: Replicated<T>, id: string, value: T | undefined, at: number, node: NodeName): void {
  objects.set(id, [...(objects.get(id) ?? []), { at, node, value }]);
}

/** What one node shows: its own changes at once, those of the other from the next refresh on. @param everyMs between two refreshes */
export function shownBy<T>(
  objects: Replicated<T>,
  id: string,
  { node, now, everyMs }: { readonly node: NodeName; readonly now: number; readonly everyMs: number },
): T | undefined {
  const refreshed = (at: number) => (everyMs === 0 ? at : (Math.floor(at / everyMs) + 1) * everyMs);
  return objects.get(id)?.findLast((version) => version.node === node || refreshed(version.at) <= now)?.value;
}

export const allShownBy = <T>(objects: Replicated<T>, view: Parameters<typeof shownBy>[2]): readonly T[] =>
  [...objects.keys()].flatMap((id) => shownBy(objects, id, view) ?? []);

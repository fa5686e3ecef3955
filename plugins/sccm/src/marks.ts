import { markOf, markText, packageKey, readMark, type Mark, type Order, type Sha256 } from '@eucora/sdk';

/**
 * Our writing on SCCM's objects. On an application, in the administrator's comment (`LocalizedDescription`):
 *
 * ```
 * [eucora intent=… ring=lab correlation=…]
 * [eucora package=esbuild@0.25.1/windows sha256=…]
 * ```
 *
 * On a deployment, in `AssignmentDescription`, the first line alone. On a collection of ours, in `Comment`, the first line and
 * `[eucora site=XYZ of=ABC00173]`. What carries no mark is a person's.
 */
export interface PackageMark {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly sha256: Sha256;
}

export interface SiteMark {
  readonly site: string;
  /** The collection that ours is limited to. */
  readonly of: string;
}

const PACKAGE = /^\[eucora package=((.+)@([^@]+)\/([a-z]+)) sha256=([0-9a-f]{64})\]\s*$/m;
const SITE = /\[eucora site=([A-Z0-9]{3}) of=(\w+)\]/;

/** What `contains` is asked for. Without the bracket, which would begin a set of characters in WQL's LIKE. */
export const MARKED = 'eucora intent=';

export const applicationComment = (order: Order): string =>
  [
    markText(markOf(order)),
    `[eucora package=${packageKey(order.package)} sha256=${order.package.artifact.sha256}]`,
  ].join('\n');

export function readPackageMark(comment: string | null | undefined): PackageMark | undefined {
  const found = PACKAGE.exec(comment ?? '');
  if (!found) return undefined;
  return { key: found[1]!, name: found[2]!, version: found[3]!, platform: found[4]!, sha256: found[5]! };
}

export const siteComment = (order: Order, { site, of }: SiteMark): string =>
  `${markText(markOf(order))}\n[eucora site=${site} of=${of}]`;

export function readSiteMark(comment: string | null | undefined): SiteMark | undefined {
  const found = SITE.exec(comment ?? '');
  return found && readMark(comment) ? { site: found[1]!, of: found[2]! } : undefined;
}

/** A remediation or a rollback is still the same order's work, whatever its correlation id. */
export const sameOrder = (mark: Mark | undefined, order: Order): boolean =>
  mark?.intentId === order.intentId && mark.ring === order.ring;

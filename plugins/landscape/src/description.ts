import { markText, packageKey, readMark, type Mark, type Package } from '@eucora/sdk';
import { debOf, type Deb } from './mapping.js';

/**
 * Our writing in a profile's description:
 *
 * ```
 * [eucora intent=… ring=lab correlation=…]
 * [eucora package=Example Tool@2.0.0/linux deb=example-tool_2.0.0-1]
 * ```
 *
 * The first line says whose the profile is now, the second which package its constraint stands for.
 */
export interface PackageNote {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly deb: Deb;
}

const PACKAGE = /\[eucora package=((.+)@([^@]+)\/[a-z]+) deb=([a-z0-9+.-]+)_([^\]\s_]+)\]/;

export const describeProfile = (mark: Mark, pkg: Package): string => {
  const { name, version } = debOf(pkg);
  return `${markText(mark)}\n[eucora package=${packageKey(pkg)} deb=${name}_${version}]`;
};

export function readPackageNote(description: string | null | undefined): PackageNote | undefined {
  const found = PACKAGE.exec(description ?? '');
  if (!found) return undefined;
  return { key: found[1]!, name: found[2]!, version: found[3]!, deb: { name: found[4]!, version: found[5]! } };
}

/** A remediation has a correlation id of its own and is still the same order's work. */
export function says(description: string | null | undefined, mark: Mark, pkg: Package): boolean {
  const [written, note] = [readMark(description), readPackageNote(description)];
  const deb = debOf(pkg);
  return (
    written?.intentId === mark.intentId &&
    written.ring === mark.ring &&
    note?.key === packageKey(pkg) &&
    note.deb.name === deb.name &&
    note.deb.version === deb.version
  );
}

import { EucoraError, packageKey, type Order, type Package, type Purpose, type RingName } from '@eucora/sdk';
import type { PackageProfile } from './wire.js';

/** A Debian package: what apt calls it and which of its versions. */
export interface Deb {
  readonly name: string;
  readonly version: string;
}

/** Debian policy, 5.6.1 and 5.6.12. A version has no underscore, which is why file names can use it. */
const DEB_NAME = /^[a-z0-9][a-z0-9+.-]+$/;
const DEB_VERSION = /^\d[A-Za-z0-9.+:~-]*$/;
const TAG = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

/** By the detection rule of the kind `package`; without one, the package's own name and version. */
export function debOf(pkg: Package): Deb {
  const rule = pkg.detection.find((one) => one.kind === 'package');
  const deb = { name: rule?.name ?? pkg.name, version: rule?.version ?? pkg.version };
  const wrong = !DEB_NAME.test(deb.name)
    ? `name "${deb.name}"`
    : !DEB_VERSION.test(deb.version)
      ? `version "${deb.version}"`
      : '';
  if (wrong) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${packageKey(pkg)}: the ${wrong} is none that a Debian package can have`,
      remedy: 'Give the package a detection rule of the kind "package" with the name and version in its control file.',
    });
  }
  return deb;
}

/** @throws EucoraError `PLATFORM_MISMATCH`, or `INPUT_INVALID` for an artifact that is no Debian package */
export function refuseOtherPlatforms(pkg: Package): void {
  if (pkg.platform !== 'linux') {
    throw new EucoraError('PLATFORM_MISMATCH', {
      what: `${packageKey(pkg)} is for ${pkg.platform}; Landscape manages Ubuntu machines`,
    });
  }
  if (pkg.artifact.fileName.endsWith('.deb')) return;
  throw new EucoraError('INPUT_INVALID', {
    what: `${packageKey(pkg)}: Landscape takes Debian packages, and ${pkg.artifact.fileName} is not named like one`,
    remedy: 'Give the package a .deb as its artifact.',
  });
}

/** Tags, each once and in one order. @throws EucoraError `INPUT_INVALID` */
export function tagsOf({ scope, purpose }: Order): readonly string[] {
  if (purpose === 'available') {
    throw new EucoraError('INPUT_INVALID', {
      what: 'Landscape cannot offer a package to users: a package profile installs it or keeps it off',
      remedy: 'Use the purpose required or uninstall for Landscape.',
    });
  }
  if (scope.exclude?.length) {
    throw new EucoraError('INPUT_INVALID', {
      what: `a package profile of Landscape has no exclusions: ${scope.exclude.join(', ')}`,
      remedy: 'Make a tag that only the wanted machines carry, and aim at that.',
    });
  }
  const wrong = scope.include.filter((tag) => !TAG.test(tag));
  if (wrong.length > 0) {
    throw new EucoraError('INPUT_INVALID', {
      what: `not a tag of Landscape: ${wrong.map((tag) => JSON.stringify(tag)).join(', ')}`,
      remedy: 'A tag has letters, digits and . _ + - only.',
    });
  }
  return [...new Set(scope.include)].sort();
}

/** Written as Landscape would make its name of it, so that title and name are the same. */
export const profileName = (appName: string, ring: RingName): string => {
  const slug = appName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `eucora-${slug}-${ring}`;
};

/** `depends example-tool = 2.0.0` pins it, `conflicts example-tool` takes every version off. */
export const constraintFor = ({ name, version }: Deb, purpose: Purpose): string =>
  purpose === 'uninstall' ? `conflicts ${name}` : `depends ${name} = ${version}`;

/** The constraints of a profile as we would write them. */
export const allConstraints = (profile: PackageProfile): readonly string[] => (profile.constraints ?? []).map(written);

function written(constraint: NonNullable<PackageProfile['constraints']>[number]): string {
  if ('constraint' in constraint) {
    const { constraint: type, package: name, rule, version } = constraint;
    return [type, name, rule, version].filter(Boolean).join(' ');
  }
  return [constraint[0], ...constraint[1].trim().split(/\s+/)].join(' ');
}

/** What the constraints of a profile come to. `version` is absent where no single one is pinned. */
export function readConstraints(constraints: readonly string[]): {
  readonly purpose: Purpose;
  readonly version?: string;
} {
  const [only, ...more] = constraints;
  if (only === undefined || more.length > 0) return { purpose: 'required' };
  const [type, , operator, version] = only.split(' ');
  if (type === 'conflicts') return { purpose: operator === undefined ? 'uninstall' : 'required' };
  return operator === '=' && version !== undefined ? { purpose: 'required', version } : { purpose: 'required' };
}

/** An entry of a local repository: `example-tool_1:2.0.0-1_amd64`. Sources are none that a machine could install. */
export function readListed(text: string): (Deb & { readonly architecture: string }) | undefined {
  const [name, version, architecture, ...more] = text.split('_');
  if (!name || !version || !architecture || more.length > 0 || architecture === 'source') return undefined;
  return { name, version, architecture };
}

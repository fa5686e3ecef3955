/**
 * The words of the hub, once.
 *
 * - **artifact**: the bytes of an installer, named by their SHA-256.
 * - **package**: one version of one application for one platform: artifact, how to install, detect and remove it.
 * - **intent**: "this package, to these scopes, ring by ring". What somebody wants.
 * - **ring**: a step of the rollout, from `lab` (0) to `global` (4).
 * - **scope**: the targets on a plane that a ring stands for (group ids, collections, inventories).
 * - **order**: one intent, one ring, one plane: everything a plane needs to know.
 * - **run**: the carrying out of one order. **rollout**: the runs that one request started, under one correlation id.
 * - **mark**: what we leave on a plane's object to know it again: intent, ring, correlation id.
 * - **drift**: the difference between what an intent wants and what a plane holds.
 * - **plane**: a system that already manages devices. It stays the authority for them.
 */
import type { RingConfig, RingName } from './rings.js';

/** Lower-case hex, 64 characters. */
export type Sha256 = string;

export const PLATFORMS = ['windows', 'macos', 'linux', 'ios', 'android'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** How many devices may be late or wrong, and how often we look. See SPEC 2.2. */
export type Criticality = 'critical' | 'high' | 'standard' | 'low';

export interface Artifact {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
  /** As the vendor names it, without a folder: `esbuild.exe`. */
  readonly fileName: string;
}

/** What a document says of an artifact. Which formats are read is for the evidence providers to say. */
export const DOCUMENT_KINDS = [
  'sbom',
  'scan',
  'signature',
  'provenance',
  'notarization',
  'authenticode',
  'tests',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A document about a package's artifact, as a tool wrote it: a scan report, a signature bundle, a test report. */
export interface EvidenceDocument extends Artifact {
  readonly kind: DocumentKind;
}

/** How a plane can tell that the package is on a device. */
export type DetectionRule =
  | { readonly kind: 'file'; readonly path: string; readonly fileName: string; readonly version?: string }
  | { readonly kind: 'registry'; readonly keyPath: string; readonly valueName?: string; readonly value?: string }
  | { readonly kind: 'msi'; readonly productCode: string; readonly version?: string }
  | { readonly kind: 'package'; readonly name: string; readonly version?: string };

/** One version of one application for one platform. `name` + `version` + `platform` is its natural key. */
export interface Package {
  readonly name: string;
  /** As the vendor writes it. Compared as text; the order of versions is never guessed from it. */
  readonly version: string;
  readonly platform: Platform;
  readonly publisher: string;
  readonly description?: string;
  readonly artifact: Artifact;
  readonly installCommand: string;
  readonly uninstallCommand: string;
  /** At least one. */
  readonly detection: readonly DetectionRule[];
  /** Runs with rights beyond those of the user, or touches security settings. Never remediated automatically. */
  readonly privileged?: boolean;
  /** A CycloneDX or SPDX document in the artifact store. */
  readonly sbom?: Artifact;
  /** What else is known of the artifact, in the artifact store; the newest of a kind last. */
  readonly documents?: readonly EvidenceDocument[];
}

/** Plane objects that the ring stands for, in the plane's own names (Entra group ids, SCCM collection ids, ...). */
export interface Scope {
  /** At least one. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

/** `required` is put on the device, `available` is offered to the user, `uninstall` is taken off. */
export type Purpose = 'required' | 'available' | 'uninstall';

export interface IntentRing extends RingConfig {
  /** Scope per connector id. A plane without an entry has no part in this ring. */
  readonly scopes: Readonly<Record<string, Scope>>;
}

export type IntentState = 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'HALTED' | 'ROLLED_BACK' | 'FAILED';

/** What somebody wants. Immutable once created; a change of mind is a new intent. */
export interface Intent {
  readonly id: string;
  /** What was asked for: one package, `{name}@{version}/{platform}`, or `{name}@{version}`: on each plane the one for its devices. */
  readonly packageKey: string;
  /** Connector ids. */
  readonly planes: readonly string[];
  /** The package of each plane, see {@link packageKey}. Settled when the intent is created. */
  readonly packages: Readonly<Record<string, string>>;
  readonly purpose: Purpose;
  readonly criticality: Criticality;
  readonly rings: readonly IntentRing[];
  /** What to do when a ring misses its threshold or its time. */
  readonly onFailure: 'halt' | 'rollback';
  /** Let the hub repair non-compliant devices in Lab and Canary by itself. */
  readonly remediateCompliance: boolean;
  readonly requestedBy: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One intent, one ring, one plane: everything that a plane needs to know. Values only, so that it can be stored and replayed. */
export interface Order {
  readonly correlationId: string;
  readonly intentId: string;
  /** The connector id of the plane. */
  readonly plane: string;
  readonly ring: RingName;
  readonly package: Package;
  readonly purpose: Purpose;
  readonly scope: Scope;
  /** Devices that the ring may hold at most. */
  readonly sizeLimit: number;
}

/** What we leave on a plane's object. Planes keep it in free text (Intune: `notes`), see {@link markText}. */
export interface Mark {
  readonly intentId: string;
  readonly correlationId: string;
  readonly ring: RingName;
}

/** `absent` is success for an uninstall and not yet for an install; `unknown` counts against in both. */
export type DeviceStatus = 'installed' | 'absent' | 'pending' | 'failed' | 'not_applicable' | 'unknown';

export interface DeviceState {
  readonly deviceId: string;
  readonly status: DeviceStatus;
  /** The version that the plane reports, where it reports one. */
  readonly version?: string;
  /** ISO 8601, UTC. When the plane last heard of it. */
  readonly lastSeen?: string;
  /** The plane's own code for a failure, e.g. `0x80070002`. */
  readonly errorCode?: string;
}

export const packageKey = (of: Pick<Package, 'name' | 'version' | 'platform'>): string =>
  `${of.name}@${of.version}/${of.platform}`;

/** The documents of one kind that came with a package, the newest last. */
export const documentsOf = ({ sbom, documents = [] }: Package, kind: DocumentKind): readonly EvidenceDocument[] => [
  ...(kind === 'sbom' && sbom ? [{ ...sbom, kind }] : []),
  ...documents.filter((document) => document.kind === kind),
];

export const markOf = (order: Order): Mark => ({
  intentId: order.intentId,
  correlationId: order.correlationId,
  ring: order.ring,
});

const MARK = /\[eucora intent=([\w.-]+) ring=(lab|canary|pilot|department|global) correlation=([\w.-]+)\]/;

/** One line for a free-text field: `[eucora intent=… ring=… correlation=…]`. */
export const markText = (mark: Mark): string =>
  `[eucora intent=${mark.intentId} ring=${mark.ring} correlation=${mark.correlationId}]`;

/** The mark in a free-text field, or nothing where a person wrote it. */
export function readMark(text: string | null | undefined): Mark | undefined {
  const found = MARK.exec(text ?? '');
  if (!found) return undefined;
  return { intentId: found[1]!, ring: found[2] as RingName, correlationId: found[3]! };
}

import type { EvidenceItem } from './evidence-provider.js';
import type { Sha256 } from './vocabulary.js';

/**
 * The facts of well-known kinds of evidence, so that gates and the risk score need not know which tool wrote the document.
 * They are stored and shown as they are: snake_case.
 */
export interface EvidenceFacts {
  artifact: ArtifactFacts;
  sbom: SbomFacts;
  scan: ScanFacts;
  signature: SignatureFacts;
  tests: TestsFacts;
}

export interface ArtifactFacts {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
  readonly file_name: string;
  /** By content, not by name: `msi`, `exe`, `msix`, `pkg`, `dmg`, `deb`, `rpm`, `ipa`, `apk`, `zip`; `unknown` for anything else. */
  readonly format: string;
}

export interface SbomFacts {
  readonly format: 'cyclonedx' | 'spdx';
  readonly spec_version: string;
  /** ISO 8601, UTC, where the document says. */
  readonly created_at?: string;
  readonly tools: readonly string[];
  readonly components: number;
  /** The first 1,000, sorted: `pkg:npm/esbuild@0.25.1`. */
  readonly purls: readonly string[];
  /** SPDX expressions as the document gives them, sorted, each once. */
  readonly licences: readonly string[];
  /** Components that name no licence. */
  readonly unlicensed: number;
  /** The document names the artifact's own digest. */
  readonly describes_artifact: boolean;
  /** What could not be checked or read, for a person. */
  readonly remarks: readonly string[];
}

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  /** `CVE-2026-12345`, `GHSA-…`, a rule's id. */
  readonly id: string;
  readonly severity: Severity;
  /** The component that it is in: a purl where there is one. */
  readonly component?: string;
  readonly version?: string;
  readonly fixed_in?: string;
}

export interface SuppressedFinding extends Finding {
  /** As the scan's own report gives it (VEX, ignore rules). */
  readonly reason: string;
}

export interface ScanFacts {
  readonly scanner: string;
  readonly scanner_version?: string;
  /** ISO 8601, UTC. */
  readonly scanned_at?: string;
  /** ISO 8601, UTC: how old the scanner's knowledge was. */
  readonly database_at?: string;
  readonly counts: Readonly<Record<Severity, number>>;
  /** All of them, the worst first; within a severity by id. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** The report names the artifact's own digest. */
  readonly describes_artifact: boolean;
  readonly remarks: readonly string[];
}

export interface SignatureFacts {
  readonly type: 'sigstore' | 'slsa_provenance' | 'authenticode' | 'apple_notarization';
  /** `verified`: by us, offline, for this artifact. `recorded`: as a platform's own tool reported it for this artifact. */
  readonly verdict: 'verified' | 'recorded';
  /** Who signed: a certificate's subject or its SAN. */
  readonly signer?: string;
  /** Who vouches for the signer: an OIDC issuer, a certificate authority. */
  readonly issuer?: string;
  /** ISO 8601, UTC. */
  readonly signed_at?: string;
  /** Transparency log index, notarization job id, certificate thumbprint. */
  readonly reference?: string;
  /** SLSA: builder and source. */
  readonly builder?: string;
  readonly source?: string;
}

export interface TestsFacts {
  readonly suites: number;
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** ISO 8601, UTC, where the report says. */
  readonly finished_at?: string;
  readonly seconds?: number;
  /** `suite › test` of the first 100 that failed. */
  readonly failures: readonly string[];
}

/** The facts of every item of a well-known kind. Absences are not among them. */
export const factsOf = <Kind extends keyof EvidenceFacts>(
  evidence: readonly EvidenceItem[],
  kind: Kind,
): readonly EvidenceFacts[Kind][] =>
  evidence
    .filter((item) => item.kind === kind && item.facts)
    .map((item) => item.facts as unknown as EvidenceFacts[Kind]);

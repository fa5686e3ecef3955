import type { Finding, SuppressedFinding } from '@eucora/sdk';

/** What is read of a scan's report, whatever tool wrote it. */
export interface Report {
  readonly scanner: string;
  readonly scannerVersion?: string;
  /** ISO 8601, UTC. */
  readonly scannedAt?: string;
  /** ISO 8601, UTC. */
  readonly databaseAt?: string;
  readonly subject: Subject;
  /** In the report's order, the same one perhaps twice. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** For a person. */
  readonly remarks: readonly string[];
}

/** What was scanned. */
export interface Subject {
  /** The digests that the report names for it, in lower case. */
  readonly sha256: readonly string[];
  /** The digest of a file is the artifact's or another artifact's; those of images, repositories and many files are neither. */
  readonly kind: 'file' | 'image' | 'other';
}

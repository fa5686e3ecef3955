/** What is read of a bill of materials, whatever its format, before it is held against the artifact. */
export interface Bom {
  readonly format: 'cyclonedx' | 'spdx';
  readonly specVersion: string;
  /** As the document gives it. */
  readonly createdAt?: unknown;
  readonly tools: readonly string[];
  /** What the document is about; a document may say so more than once, or not at all. */
  readonly subjects: readonly Subject[];
  /** What the subject is made of, itself not among them. */
  readonly components: readonly BomComponent[];
  /** For a person. */
  readonly remarks: readonly string[];
}

export interface Subject {
  /** In lower case. */
  readonly sha256: readonly string[];
  readonly licences: readonly string[];
}

export interface BomComponent {
  /** By which the document refers to it. */
  readonly ref?: string;
  /** As the document gives it. */
  readonly purl?: string;
  readonly licences: readonly string[];
}

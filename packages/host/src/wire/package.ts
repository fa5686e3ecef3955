import { DOCUMENT_KINDS, PLATFORMS, type DocumentKind, type Platform } from '@eucora/sdk';
import { Digest, Flag, Hinted, ListOf, ListOfAny, Nested, OneOf, Optional, Text, Whole } from './fields.js';

export class Artifact {
  @Digest() declare sha256: string;
  @Hinted({ description: 'Bytes.' })
  @Whole(0, Number.MAX_SAFE_INTEGER)
  declare size: number;
  @Hinted({ description: 'As the vendor names it, without a folder.', example: 'esbuild.exe' })
  @Text(255)
  declare file_name: string;
}

/** A document about the artifact: a scan report, a signature bundle, a test report. */
export class EvidenceDocument extends Artifact {
  @OneOf(DOCUMENT_KINDS) declare kind: DocumentKind;
}

/** A document for a package that is there already. Its bytes were uploaded as an artifact. */
export class AttachBody extends EvidenceDocument {
  @Text() declare package_key: string;
}

export class FileDetection {
  @OneOf(['file']) declare kind: 'file';
  @Text() declare path: string;
  @Text(255) declare file_name: string;
  @Optional() @Text(128) declare version?: string;
}

export class RegistryDetection {
  @OneOf(['registry']) declare kind: 'registry';
  @Text() declare key_path: string;
  @Optional() @Text(255) declare value_name?: string;
  @Optional() @Text() declare value?: string;
}

export class MsiDetection {
  @OneOf(['msi']) declare kind: 'msi';
  @Text(64) declare product_code: string;
  @Optional() @Text(128) declare version?: string;
}

export class PackageDetection {
  @OneOf(['package']) declare kind: 'package';
  @Text(255) declare name: string;
  @Optional() @Text(128) declare version?: string;
}

export type Detection = FileDetection | RegistryDetection | MsiDetection | PackageDetection;

/** One version of one application for one platform, as it is added. */
export class PackageBody {
  @Hinted({ example: 'esbuild', pattern: '^[^@/\\u0000-\\u001f]+$' }) @Text(128) declare name: string;
  @Hinted({ example: '0.25.1', pattern: '^[^/\\u0000-\\u001f]+$' }) @Text(128) declare version: string;
  @OneOf(PLATFORMS) declare platform: Platform;
  @Text(255) declare publisher: string;
  @Optional() @Text(10_000, 0) declare description?: string;
  @Nested(() => Artifact) declare artifact: Artifact;
  @Text(8_192) declare install_command: string;
  @Text(8_192) declare uninstall_command: string;
  @ListOfAny('kind', [FileDetection, RegistryDetection, MsiDetection, PackageDetection], 1, 25)
  declare detection: Detection[];
  @Optional() @Flag() declare privileged?: boolean;
  @Optional() @Nested(() => Artifact) declare sbom?: Artifact;
  @Optional() @ListOf(() => EvidenceDocument, 0, 1_000) declare documents?: EvidenceDocument[];
}

/** A package as it is held. */
export class PackageAnswer extends PackageBody {
  @Hinted({ description: '`{name}@{version}/{platform}`', example: 'esbuild@0.25.1/windows' })
  @Text()
  declare package_key: string;
}

export class PackagePage {
  @ListOf(() => PackageAnswer) declare items: PackageAnswer[];
  @Hinted({ description: 'Give it as `after` to go on; absent on the last page.' })
  @Optional()
  @Text()
  declare next?: string;
}

export class ArtifactAnswer {
  @Digest() declare sha256: string;
  @Whole(0, Number.MAX_SAFE_INTEGER) declare size: number;
}

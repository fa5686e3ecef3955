/** What tools would have written about the installer, as small as it can be. */

export const sbom = (name: string, version: string, sha256: string): string =>
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, hashes: [{ alg: 'SHA-256', content: sha256 }] } },
    components: [
      {
        type: 'library',
        name: 'parser',
        version: '2.1.0',
        purl: 'pkg:npm/parser@2.1.0',
        licenses: [{ license: { id: 'MIT' } }],
      },
    ],
  });

/** A Trivy report that knows of these. */
export const scan = (
  fileName: string,
  findings: readonly { readonly id: string; readonly severity: string }[],
): string =>
  JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: fileName,
    ArtifactType: 'filesystem',
    Results: [
      {
        Target: fileName,
        Class: 'lang-pkgs',
        Type: 'node-pkg',
        Vulnerabilities: findings.map(({ id, severity }) => ({
          VulnerabilityID: id,
          PkgName: 'parser',
          InstalledVersion: '2.1.0',
          FixedVersion: '2.1.1',
          Severity: severity,
        })),
      },
    ],
  });

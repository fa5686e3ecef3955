import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ApplicationSpec, DetectionSpec } from '../src/authoring.js';
import { toApplication } from '../src/mapping.js';
import { newer, SHARE } from './given.js';

const FOLDER = fileURLToPath(new URL('../powershell/', import.meta.url));
const SCRIPTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ps[a-z]*\d?c?$/.test(name))
  .sort();
const MODULE = read('EucoraAuthoring/EucoraAuthoring.psm1');

describe('the PowerShell scripts that ship', () => {
  it('are all there', () => {
    expect(SCRIPTS).to.deep.equal([
      'EucoraAuthoring.pssc',
      join('EucoraAuthoring', 'EucoraAuthoring.psd1'),
      join('EucoraAuthoring', 'EucoraAuthoring.psm1'),
      join('EucoraAuthoring', 'RoleCapabilities', 'EucoraAuthoring.psrc'),
      'Invoke-EucoraAuthoringOverSsh.ps1',
      'Register-EucoraAuthoring.ps1',
      'Request-EucoraAuthoring.ps1',
    ]);
    const { files } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      files: string[];
    };
    expect(files).to.include('powershell');
  });

  for (const name of SCRIPTS) {
    it(`${name} is plain ASCII, with every bracket and quote closed`, () => {
      const script = read(name);
      expect(/^[\x09\x0a\x20-\x7e]*$/.test(script), 'ASCII').to.equal(true);
      expect(unclosed(script)).to.equal('');
    });

    it(`${name} evaluates no text, downloads nothing and hides no failure`, () => {
      const code = withoutComments(read(name));
      expect(code).not.to.match(
        /Invoke-Expression|\biex\b|DownloadString|Invoke-WebRequest|EncodedCommand|ConvertTo-SecureString|Write-Host/i,
      );
    });
  }

  it('narrow the session down to one function', () => {
    const session = read('EucoraAuthoring.pssc');
    expect(session).to.match(/SessionType\s+= 'RestrictedRemoteServer'/);
    expect(session).to.match(/LanguageMode\s+= 'NoLanguage'/);
    expect(session).to.match(/TranscriptDirectory\s+= /);
    expect(session).to.match(/GroupManagedServiceAccount\s+= /);
    const role = read('EucoraAuthoring/RoleCapabilities/EucoraAuthoring.psrc');
    expect([...role.matchAll(/Name = 'EucoraAuthoring\\([\w-]+)'/g)].map((found) => found[1])).to.deep.equal([
      'Invoke-EucoraAuthoring',
    ]);
    for (const nothing of ['VisibleCmdlets', 'VisibleAliases', 'VisibleProviders'])
      expect(role).to.match(new RegExp(`${nothing}\\s+= @\\(\\)`));
    expect(role).not.to.match(/VisibleExternalCommands|\*/);
  });

  it('define every function that they export', () => {
    const defined = new Set([...MODULE.matchAll(/^function ([\w-]+)/gm)].map((found) => found[1]));
    const manifest = read('EucoraAuthoring/EucoraAuthoring.psd1');
    const exported = [...manifest.matchAll(/^ {8}'([\w-]+)'$/gm)].map((found) => found[1]!);
    expect(exported).to.include('Invoke-EucoraAuthoring');
    for (const name of exported) expect(defined, name).to.include(name);
    expect(/Export-ModuleMember -Function (.+)/.exec(MODULE)![1]!.split(', ')).to.have.members(exported);
  });

  it('read every field that the hub sends, and no other', () => {
    const { deployment_type: type, ...application } = toApplication(newer(), {
      contentShare: SHARE,
    }) satisfies ApplicationSpec;
    const sent = new Set([
      ...Object.keys(application),
      'deployment_type',
      ...Object.keys(type).map((name) => `type.${name}`),
    ]);
    const used = new Set(
      [...MODULE.matchAll(/\$(Specification|type)\.(\w+)/g)].map(([, of, name]) =>
        of === 'type' ? `type.${name}` : name!,
      ),
    );
    expect([...used].sort()).to.deep.equal([...sent].sort());

    const rules: Required<DetectionSpec>[] = [
      { kind: 'file', path: 'x', file_name: 'x', version: '1' },
      { kind: 'registry', key_path: 'x', value_name: 'x', value: '1' },
      { kind: 'msi', product_code: 'x', version: '1' },
    ];
    const fields = new Set(rules.flatMap((rule) => Object.keys(rule)));
    expect([...new Set([...MODULE.matchAll(/\$Rule\.(\w+)/g)].map((found) => found[1]!))].sort()).to.deep.equal(
      [...fields].sort(),
    );
    for (const { kind } of rules) expect(MODULE).to.contain(`        '${kind}' {`);
  });

  it('know the operations that the hub asks for, and compare versions for equality', () => {
    for (const operation of ['create_application', 'distribute_content', 'check'])
      expect(MODULE).to.contain(`'${operation}' {`);
    const operators = [...MODULE.matchAll(/-ExpressionOperator (\w+)/g)].map((found) => found[1]);
    expect(new Set(operators)).to.deep.equal(new Set(['IsEquals']));
  });

  it('use codes that the hub knows', () => {
    const known = /ValidateSet\(([^)]+)\)/.exec(MODULE)![1]!.match(/\w+/g)!;
    expect(known).to.have.members(['conflict', 'forbidden', 'invalid', 'missing', 'busy', 'failed']);
    for (const [, code] of MODULE.matchAll(/New-Refusal '(\w+)'/g)) expect(known).to.include(code);
  });
});

/** Not every machine has it, and none of ours must. */
const POWERSHELL: string = 'pwsh';
const PWSH = spawnSync(POWERSHELL, ['-NoLogo', '-NoProfile', '-Command', '$PSVersionTable.PSVersion.ToString()'], {
  encoding: 'utf8',
});

describe('the PowerShell scripts, asked of PowerShell', () => {
  if (PWSH.status !== 0) {
    it('are NOT run here', () => {
      console.warn(
        '\n  ATTENTION: PowerShell (pwsh) is absent; the scripts of plugins/sccm/powershell are NOT parsed or run by it\n',
      );
    });
    return;
  }

  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eucora-sccm-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of SCRIPTS) {
    it(`${name} is PowerShell ${PWSH.stdout.trim()}`, function () {
      this.timeout(60_000);
      const command =
        '$e = $null; $null = [System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$e); $e | ForEach-Object { $_.ToString() }; exit @($e).Count';
      const { status, stdout } = run(command, join(FOLDER, name));
      expect(stdout).to.equal('');
      expect(status).to.equal(0);
    });
  }

  it('author, find again and refuse, with the cmdlets of the site played by others', function () {
    this.timeout(120_000);
    const spec = toApplication(newer(), { contentShare: SHARE });
    writeFileSync(join(folder, 'spec.json'), JSON.stringify({ operation: 'create_application', input: spec }));
    const { stdout, stderr } = run(
      PLAYED,
      join(FOLDER, 'EucoraAuthoring', 'EucoraAuthoring.psm1'),
      join(folder, 'spec.json'),
    );
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result?: { model_name: string }; error?: { code: string } });
    expect(
      answers.map(({ result, error }) => result?.model_name ?? error?.code),
      stderr,
    ).to.deep.equal(['ScopeId_1/Application_1', 'ScopeId_1/Application_1', 'conflict', 'invalid', 'invalid']);
  });

  function run(command: string, ...args: readonly string[]) {
    const file = join(folder, 'asked.ps1');
    writeFileSync(file, command);
    return spawnSync(POWERSHELL, ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', file, ...args], {
      encoding: 'utf8',
    });
  }
});

/** The site's cmdlets as functions of the same names, and the module asked five times. */
const PLAYED = `
$env:ProgramData = [System.IO.Path]::GetTempPath()
$module = Import-Module $args[0] -PassThru
& $module {
  $script:apps = @{}
  function script:Enter-SiteDrive { }
  function script:Test-Path { $true }
  function script:Get-CMApplication { param($Name, [switch]$Fast, [switch]$DisableWildcardHandling) if ($script:apps.ContainsKey($Name)) { $script:apps[$Name] } }
  function script:New-CMApplication { param($Name, $Description, $Publisher, $SoftwareVersion, $LocalizedName, $LocalizedDescription)
    $script:apps[$Name] = [pscustomobject]@{ ModelName = 'ScopeId_1/Application_1'; LocalizedDisplayName = $Name; LocalizedDescription = $Description; NumberOfDeploymentTypes = 0; NumberOfDeployments = 0 }
    $script:apps[$Name] }
  function script:Add-CMScriptDeploymentType { param($ApplicationName, $DeploymentTypeName, $ContentLocation, $InstallCommand, $UninstallCommand, $AddDetectionClause, $InstallationBehaviorType, $LogonRequirementType, $UserInteractionMode, $RebootBehavior, [switch]$DisableWildcardHandling)
    if ($script:apps[$ApplicationName].NumberOfDeploymentTypes -gt 0) { throw 'a second deployment type' }
    if (@($AddDetectionClause).Count -ne 1) { throw 'no detection' }
    $script:apps[$ApplicationName].NumberOfDeploymentTypes = 1 }
  function script:New-CMDetectionClauseFile { param($Path, $FileName, [switch]$Is64Bit, [switch]$DisableWildcardHandling, [switch]$Value, $PropertyType, $ExpressionOperator, $ExpectedValue, [switch]$Existence) "$Path $FileName $ExpectedValue" }
}
$request = Get-Content -Raw $args[1]
Invoke-EucoraAuthoring -Request $request
Invoke-EucoraAuthoring -Request $request
& $module { $script:apps.Values | ForEach-Object { $_.LocalizedDescription = 'made by hand' } }
Invoke-EucoraAuthoring -Request $request
Invoke-EucoraAuthoring -Request '{ "operation": "format_disk", "input": {} }'
Invoke-EucoraAuthoring -Request '{ nonsense'
`;

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

function withoutComments(script: string): string {
  return script.replace(/<#[\s\S]*?#>/g, '').replace(/(^|\s)#[^\n]*/g, '$1');
}

/** What is open at the end of a script, strings and comments aside. */
function unclosed(script: string): string {
  const open: string[] = [];
  const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  for (const [token] of withoutComments(script).matchAll(/'(?:[^']|'')*'|"(?:[^"`]|`.|"")*"|[()[\]{}'"]/g)) {
    if (token.length > 1) continue;
    if (pairs[token] === undefined) open.push(token);
    else if (open.pop() !== pairs[token]) return `${token} closes nothing`;
  }
  return open.join('');
}

#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Sets the authoring endpoint of EUCORA Hub up, on the SMS Provider.
.DESCRIPTION
    Copies the module, writes its settings, and registers the constrained session (JEA). Run it again after an update.
    Run it on the SMS Provider itself: then the session needs no second hop, and nothing has to be delegated.
.EXAMPLE
    .\Register-EucoraAuthoring.ps1 -SiteCode ABC -Provider smsprovider.contoso.com -CallerAccount CONTOSO\svc-eucora-sccm -RunAsAccount CONTOSO\gmsa-eucora-cm
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^[A-Za-z0-9]{3}$')]
    [string] $SiteCode,

    # Full name of the SMS Provider.
    [Parameter(Mandatory)]
    [ValidatePattern('^[A-Za-z0-9][A-Za-z0-9.-]*$')]
    [string] $Provider,

    # The account that the hub signs in with. It may open the session and nothing else.
    [Parameter(Mandatory)]
    [ValidatePattern('^[^\\]+\\[^\\]+$')]
    [string] $CallerAccount,

    # The group managed service account that the session runs as. It needs the rights of the connector spec.
    [Parameter(Mandatory)]
    [ValidatePattern('^[^\\]+\\[^\\]+$')]
    [string] $RunAsAccount,

    [ValidatePattern('^[A-Za-z][\w.-]*$')]
    [string] $ConfigurationName = 'EucoraAuthoring'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$modules = Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules\EucoraAuthoring'
$data = Join-Path $env:ProgramData 'EucoraAuthoring'
$transcripts = Join-Path $data 'Transcripts'

if ($PSCmdlet.ShouldProcess($modules, 'copy the module')) {
    if (Test-Path -LiteralPath $modules) { Remove-Item -LiteralPath $modules -Recurse -Force }
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'EucoraAuthoring') -Destination $modules -Recurse
}

if ($PSCmdlet.ShouldProcess($data, 'write the settings')) {
    $null = New-Item -ItemType Directory -Path $transcripts -Force
    # Administrators and the system change it, everybody else reads: S-1-5-32-544, S-1-5-18, S-1-5-11.
    & icacls.exe $data /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' '*S-1-5-11:(OI)(CI)RX' | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "icacls ended with $LASTEXITCODE" }
    & icacls.exe $transcripts /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "icacls ended with $LASTEXITCODE" }
    Set-Content -LiteralPath (Join-Path $data 'settings.psd1') -Encoding ASCII -Value "@{ SiteCode = '$SiteCode'; Provider = '$Provider' }"
}

if ($PSCmdlet.ShouldProcess($ConfigurationName, 'register the session')) {
    # The shipped file says how narrow the session is; only the accounts are the site's own.
    $template = Join-Path $data 'session.psd1'
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'EucoraAuthoring.pssc') -Destination $template -Force
    $configuration = Import-PowerShellDataFile -LiteralPath $template
    $configuration.TranscriptDirectory = $transcripts
    $configuration.GroupManagedServiceAccount = $RunAsAccount
    $configuration.RoleDefinitions = @{ $CallerAccount = @{ RoleCapabilities = 'EucoraAuthoring' } }
    $session = Join-Path $data 'EucoraAuthoring.pssc'
    New-PSSessionConfigurationFile @configuration -Path $session
    if (-not (Test-PSSessionConfigurationFile -Path $session)) { throw "$session is not a good session configuration" }
    if (Get-PSSessionConfiguration -Name $ConfigurationName -ErrorAction SilentlyContinue) {
        Unregister-PSSessionConfiguration -Name $ConfigurationName -Force -NoServiceRestart
    }
    $null = Register-PSSessionConfiguration -Name $ConfigurationName -Path $session -Force
}

#Requires -Version 5.1
<#
.SYNOPSIS
    Authors the applications of EUCORA Hub in Configuration Manager.
.DESCRIPTION
    One request in, one answer out, both as JSON: { "operation": "...", "input": { ... } } gives { "result": { ... } } or
    { "error": { "code": "...", "message": "..." } }. The fields are those of docs/modules/sccm/connector-spec.md.

    Every function looks before it makes. An application that is there under the name with the hub's own package line is gone on with;
    any other application of that name is a conflict and is left alone.
#>
Set-StrictMode -Version Latest

# Written by Register-EucoraAuthoring.ps1; only administrators may change it.
$script:SettingsFile = Join-Path $env:ProgramData 'EucoraAuthoring\settings.psd1'
$script:PackageLine = '(?m)^\[eucora package=.+\]\s*$'

function Invoke-EucoraAuthoring {
    <# .SYNOPSIS The one function that the hub's session sees. #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        # { "operation": "create_application" | "distribute_content" | "check", "input": { ... } }
        [Parameter(Mandatory)]
        [ValidateLength(2, 200000)]
        [string] $Request
    )
    $ErrorActionPreference = 'Stop'
    try {
        try {
            $asked = ConvertFrom-Json -InputObject $Request
            $operation = [string] $asked.operation
            $given = $asked.input
        }
        catch {
            throw (New-Refusal 'invalid' 'the request is no JSON with an operation and an input')
        }
        Enter-SiteDrive
        $result = switch ($operation) {
            'create_application' { New-EucoraApplication -Specification $given }
            'distribute_content' { Start-EucoraContentDistribution -DisplayName $given.display_name -DistributionPoint $given.distribution_points }
            'check' { @{ ok = $true } }
            default { throw (New-Refusal 'invalid' "there is no operation '$operation'") }
        }
        return ConvertTo-Json -Compress -Depth 4 -InputObject @{ result = $result }
    }
    catch {
        return ConvertTo-Json -Compress -Depth 4 -InputObject @{ error = (Get-Complaint $_) }
    }
}

function New-EucoraApplication {
    <# .SYNOPSIS Makes the application and its deployment type, or what is left to make of them. #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)]
        [ValidateNotNull()]
        [object] $Specification
    )
    $name = [string] $Specification.display_name
    $type = $Specification.deployment_type
    if ($name -notlike 'EUCORA *') { throw (New-Refusal 'invalid' "'$name' does not begin with EUCORA") }

    $application = Get-ApplicationByName $name
    if ($null -ne $application) {
        if ((Get-PackageLine $application.LocalizedDescription) -cne (Get-PackageLine $Specification.comment)) {
            throw (New-Refusal 'conflict' "an application '$name' is there, and it is not the hub's")
        }
    }
    elseif ($PSCmdlet.ShouldProcess($name, 'New-CMApplication')) {
        $making = @{
            Name                 = $name
            Description          = [string] $Specification.comment
            Publisher            = [string] $Specification.publisher
            SoftwareVersion      = [string] $Specification.software_version
            LocalizedName        = [string] $Specification.localized_name
            LocalizedDescription = [string] $Specification.localized_description
        }
        $application = New-CMApplication @making
    }

    if ($null -ne $application -and $application.NumberOfDeploymentTypes -eq 0) {
        if (-not (Test-Path -LiteralPath "FileSystem::$($type.content_location)" -PathType Container)) {
            throw (New-Refusal 'invalid' "nothing can be read at $($type.content_location)")
        }
        if ($PSCmdlet.ShouldProcess($name, 'Add-CMScriptDeploymentType')) {
            $adding = @{
                ApplicationName          = $name
                DeploymentTypeName       = [string] $type.name
                ContentLocation          = [string] $type.content_location
                InstallCommand           = [string] $type.install_command
                UninstallCommand         = [string] $type.uninstall_command
                AddDetectionClause       = @($type.detection | ForEach-Object { New-DetectionClause $_ })
                InstallationBehaviorType = 'InstallForSystem'
                LogonRequirementType     = 'WhetherOrNotUserLoggedOn'
                UserInteractionMode      = 'Hidden'
                RebootBehavior           = 'BasedOnExitCode'
                DisableWildcardHandling  = $true
            }
            $null = Add-CMScriptDeploymentType @adding
        }
    }
    return @{ model_name = [string] $application.ModelName }
}

function Start-EucoraContentDistribution {
    <# .SYNOPSIS Sends the content to single distribution points, which the administration service cannot do. #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)]
        [ValidateNotNullOrEmpty()]
        [string] $DisplayName,

        # Full host names.
        [Parameter(Mandatory)]
        [ValidateNotNullOrEmpty()]
        [string[]] $DistributionPoint
    )
    $application = Get-OwnApplication $DisplayName
    foreach ($point in $DistributionPoint) {
        if (-not $PSCmdlet.ShouldProcess("$DisplayName to $point", 'Start-CMContentDistribution')) { continue }
        try {
            $null = Start-CMContentDistribution -ApplicationName $application.LocalizedDisplayName -DistributionPointName $point -DisableWildcardHandling
        }
        catch {
            # Said of content that is there already, which is what was wanted.
            if ($_.Exception.Message -notmatch 'already been distributed|already targeted|No content destination') { throw }
        }
    }
    return @{ distribution_points = @($DistributionPoint) }
}

function Set-EucoraSupersedence {
    <#
    .SYNOPSIS
        Lets a newer application of the hub supersede an older one, in the console's sense.
    .DESCRIPTION
        For administrators. The hub never calls it: it moves deployments, so that going back needs nothing taken apart.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)][string] $DisplayName,
        [Parameter(Mandatory)][string] $SupersededDisplayName,
        # Take the older version off a device before the newer one is put on it.
        [switch] $Uninstall
    )
    $newer = Get-OwnApplication $DisplayName
    $older = Get-OwnApplication $SupersededDisplayName
    if (-not $PSCmdlet.ShouldProcess("$DisplayName over $SupersededDisplayName", 'Set-CMApplicationSupersedence')) { return }
    $newType = Get-CMDeploymentType -InputObject $newer
    $oldType = Get-CMDeploymentType -InputObject $older
    Set-CMApplicationSupersedence -InputObject $newer -CurrentDeploymentType $newType -SupersededApplication $older -OldDeploymentType $oldType -IsUninstall:$Uninstall
}

function Remove-EucoraApplication {
    <#
    .SYNOPSIS
        Deletes an application of the hub that nothing is deployed from any more.
    .DESCRIPTION
        For administrators, to tidy up. The hub never calls it: older versions are what it goes back to.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)][string] $DisplayName)
    $application = Get-OwnApplication $DisplayName
    if ($application.NumberOfDeployments -gt 0) {
        throw (New-Refusal 'conflict' "'$DisplayName' has $($application.NumberOfDeployments) deployments")
    }
    if ($PSCmdlet.ShouldProcess($DisplayName, 'Remove-CMApplication')) { Remove-CMApplication -InputObject $application -Force }
}

function New-DetectionClause {
    [CmdletBinding()]
    param([Parameter(Mandatory)][object] $Rule)
    switch ([string] $Rule.kind) {
        'file' {
            $where = @{ Path = [string] $Rule.path; FileName = [string] $Rule.file_name; Is64Bit = $true; DisableWildcardHandling = $true }
            if (Test-Field $Rule 'version') {
                return New-CMDetectionClauseFile @where -Value -PropertyType Version -ExpressionOperator IsEquals -ExpectedValue ([string] $Rule.version)
            }
            return New-CMDetectionClauseFile @where -Existence
        }
        'registry' {
            $hive, $key = Split-RegistryPath ([string] $Rule.key_path)
            $where = @{ Hive = $hive; KeyName = $key; Is64Bit = $true; DisableWildcardHandling = $true }
            if (Test-Field $Rule 'value') {
                return New-CMDetectionClauseRegistryKeyValue @where -ValueName ([string] $Rule.value_name) -PropertyType String -Value -ExpressionOperator IsEquals -ExpectedValue ([string] $Rule.value)
            }
            if (Test-Field $Rule 'value_name') {
                return New-CMDetectionClauseRegistryKeyValue @where -ValueName ([string] $Rule.value_name) -PropertyType String -Existence
            }
            return New-CMDetectionClauseRegistryKey @where -Existence
        }
        'msi' {
            $product = @{ ProductCode = [guid] $Rule.product_code; DisableWildcardHandling = $true }
            if (Test-Field $Rule 'version') {
                return New-CMDetectionClauseWindowsInstaller @product -Value -PropertyType ProductVersion -ExpressionOperator IsEquals -ExpectedValue ([string] $Rule.version)
            }
            return New-CMDetectionClauseWindowsInstaller @product -Existence
        }
        default { throw (New-Refusal 'invalid' "there is no detection of the kind '$($Rule.kind)'") }
    }
}

function Split-RegistryPath {
    param([Parameter(Mandatory)][string] $Path)
    $hives = @{
        HKEY_LOCAL_MACHINE = 'LocalMachine'; HKLM = 'LocalMachine'
        HKEY_CLASSES_ROOT = 'ClassesRoot'; HKCR = 'ClassesRoot'
        HKEY_CURRENT_USER = 'CurrentUser'; HKCU = 'CurrentUser'
        HKEY_USERS = 'Users'; HKU = 'Users'
    }
    $first, $rest = $Path.TrimStart('\') -split '[:]?\\', 2
    if ($hives.ContainsKey($first)) { return $hives[$first], $rest }
    return 'LocalMachine', $Path.TrimStart('\')
}

function Test-Field {
    param([Parameter(Mandatory)][object] $Object, [Parameter(Mandatory)][string] $Name)
    return $null -ne $Object.PSObject.Properties[$Name]
}

function Get-ApplicationByName {
    param([Parameter(Mandatory)][string] $Name)
    $found = @(Get-CMApplication -Name $Name -Fast -DisableWildcardHandling)
    if ($found.Count -gt 1) { throw (New-Refusal 'conflict' "there are $($found.Count) applications '$Name'") }
    if ($found.Count -eq 1) { return $found[0] }
    return $null
}

function Get-OwnApplication {
    param([Parameter(Mandatory)][string] $Name)
    $application = Get-ApplicationByName $Name
    if ($null -eq $application) { throw (New-Refusal 'missing' "there is no application '$Name'") }
    if ((Get-PackageLine $application.LocalizedDescription) -eq '') { throw (New-Refusal 'conflict' "the application '$Name' is not the hub's") }
    return $application
}

function Get-PackageLine {
    param([AllowNull()][AllowEmptyString()][string] $Comment)
    return [regex]::Match([string] $Comment, $script:PackageLine).Value.Trim()
}

function Enter-SiteDrive {
    if (-not (Test-Path -LiteralPath $script:SettingsFile)) {
        throw (New-Refusal 'failed' "there is no $script:SettingsFile; run Register-EucoraAuthoring.ps1")
    }
    $settings = Import-PowerShellDataFile -LiteralPath $script:SettingsFile
    if (-not (Get-Module -Name ConfigurationManager)) {
        $console = if ($env:SMS_ADMIN_UI_PATH) { Join-Path (Split-Path $env:SMS_ADMIN_UI_PATH) 'ConfigurationManager.psd1' } else { 'ConfigurationManager' }
        Import-Module $console -Verbose:$false
    }
    if (-not (Get-PSDrive -Name $settings.SiteCode -PSProvider CMSite -ErrorAction SilentlyContinue)) {
        $null = New-PSDrive -Name $settings.SiteCode -PSProvider CMSite -Root $settings.Provider -Scope Script
    }
    Set-Location -LiteralPath "$($settings.SiteCode):"
}

function New-Refusal {
    param([Parameter(Mandatory)][ValidateSet('conflict', 'forbidden', 'invalid', 'missing', 'busy', 'failed')][string] $Code, [Parameter(Mandatory)][string] $Message)
    $refusal = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    $refusal.Data['EucoraCode'] = $Code
    return $refusal
}

function Get-Complaint {
    param([Parameter(Mandatory)][System.Management.Automation.ErrorRecord] $Failure)
    $exception = $Failure.Exception
    $code = if ($exception.Data.Contains('EucoraCode')) { $exception.Data['EucoraCode'] }
    elseif ($exception -is [System.UnauthorizedAccessException] -or $exception.Message -match 'access.{0,20}denied|not have.{0,40}permission') { 'forbidden' }
    elseif ($exception.Message -match 'already exists') { 'conflict' }
    elseif ($exception.Message -match 'lock|being edited by another') { 'busy' }
    else { 'failed' }
    return @{ code = $code; message = $exception.Message }
}

Export-ModuleMember -Function Invoke-EucoraAuthoring, New-EucoraApplication, Start-EucoraContentDistribution, Set-EucoraSupersedence, Remove-EucoraApplication

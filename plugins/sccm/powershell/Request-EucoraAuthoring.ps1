#Requires -Version 7.2
<#
.SYNOPSIS
    Carries one request of EUCORA Hub into the constrained session, and its answer back.
.DESCRIPTION
    Runs on the machine of the hub. Reads one line of JSON from its input and writes one line of JSON to its output. Signs in as whoever
    runs it, by Kerberos. On Linux it needs the module PSWSMan.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^[A-Za-z0-9][A-Za-z0-9.-]*$')]
    [string] $ComputerName,

    [ValidatePattern('^[A-Za-z][\w.-]*$')]
    [string] $ConfigurationName = 'EucoraAuthoring'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$session = $null
try {
    $request = [Console]::In.ReadLine()
    $session = New-PSSession -ComputerName $ComputerName -ConfigurationName $ConfigurationName -Authentication Kerberos
    # A session without language takes commands, not scripts.
    $shell = [powershell]::Create()
    $shell.Runspace = $session.Runspace
    $answers = $shell.AddCommand('Invoke-EucoraAuthoring').AddParameter('Request', $request).Invoke()
    if ($answers.Count -eq 0) { throw "the session on $ComputerName gave no answer: $($shell.Streams.Error | Select-Object -First 1)" }
    [Console]::Out.WriteLine([string] $answers[$answers.Count - 1])
}
catch {
    $code = if ($_.Exception.Message -match 'access.{0,20}denied') { 'forbidden' } else { 'busy' }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ error = @{ code = $code; message = $_.Exception.Message } }))
}
finally {
    if ($session) { Remove-PSSession -Session $session }
}

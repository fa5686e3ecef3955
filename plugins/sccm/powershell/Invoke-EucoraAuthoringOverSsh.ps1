#Requires -Version 5.1
<#
.SYNOPSIS
    Answers one request of EUCORA Hub that came over SSH.
.DESCRIPTION
    PowerShell over SSH knows no constrained sessions. Let sshd run this script and nothing else for the hub's key, in authorized_keys:

        restrict,command="powershell -NoProfile -NonInteractive -File C:\Eucora\Invoke-EucoraAuthoringOverSsh.ps1" ssh-ed25519 AAAA...

    Reads one line of JSON from its input and writes one line of JSON to its output.
#>
[CmdletBinding()]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

Import-Module EucoraAuthoring
[Console]::Out.WriteLine((Invoke-EucoraAuthoring -Request ([Console]::In.ReadLine())))

@{
    RootModule        = 'EucoraAuthoring.psm1'
    ModuleVersion     = '1.0.0'
    GUID              = 'a0f4d3d2-6a0c-4d0e-9b7e-3c1f0a5b6e21'
    Author            = 'EUCORA Hub'
    Description       = 'Authors the applications of EUCORA Hub in Configuration Manager, for a constrained session (JEA).'
    PowerShellVersion = '5.1'
    FunctionsToExport = @(
        'Invoke-EucoraAuthoring'
        'New-EucoraApplication'
        'Start-EucoraContentDistribution'
        'Set-EucoraSupersedence'
        'Remove-EucoraApplication'
    )
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}

namespace Outreach.Domain.Access;

/// <summary>A program or an office that takes part; every site belongs to one.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What people call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="FiguresFrom">Whose aggregate figures it may see besides its own, at most <see cref="MaxFiguresFrom"/>, each once and in the order of their ids.</param>
public sealed record Organization(OrganizationId Id, string Name, OrganizationKind Kind, EquatableList<OrganizationId> FiguresFrom)
{
    public const int MaxName = 100;
    public const int MaxFiguresFrom = 1_000;

    /// <summary>Whether its administrators keep the whole installation.</summary>
    public bool ManagesInstallation() => Id == OrganizationId.First;
}

/// <summary>What an organization is.</summary>
public enum OrganizationKind
{
    OutreachProgram = 1,
    TreatmentProgram = 2,
    Supplier = 3,
    HealthDepartment = 4,
}

/// <summary>Which settings of an organization a change is about.</summary>
[Flags]
public enum OrganizationFields
{
    None = 0,
    Name = 1,
    Kind = 2,
    FiguresFrom = 4,
    All = 7,
}

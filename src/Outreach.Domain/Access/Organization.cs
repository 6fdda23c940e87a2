using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>A program or office that uses this installation. Every site belongs to one.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What people call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="FiguresFrom">Other organizations whose totals it may see, at most <see cref="MaxFiguresFrom"/>, without duplicates, ordered by id.</param>
public sealed record Organization(OrganizationId Id, string Name, OrganizationKind Kind, EquatableList<OrganizationId> FiguresFrom) : ISettings
{
    public const int MaxName = 100;
    public const int MaxFiguresFrom = 1_000;

    /// <summary>True if its administrators manage the whole installation.</summary>
    public bool ManagesInstallation() => Id == OrganizationId.First;

    public string GetId() => Id.Value;
}

/// <summary>What an organization is.</summary>
public enum OrganizationKind
{
    OutreachProgram = 1,
    TreatmentProgram = 2,
    Supplier = 3,
    HealthDepartment = 4,
}

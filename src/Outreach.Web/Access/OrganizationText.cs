using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Access;

/// <summary>Texts about organizations.</summary>
internal static class OrganizationText
{
    /// <summary>The kinds of organization with their names.</summary>
    public static readonly IReadOnlyList<(OrganizationKind Value, string Text)> Kinds =
    [
        (OrganizationKind.OutreachProgram, "Outreach program"),
        (OrganizationKind.TreatmentProgram, "Treatment program"),
        (OrganizationKind.Supplier, "Supplier"),
        (OrganizationKind.HealthDepartment, "Health department"),
    ];

    /// <summary>The name of a kind.</summary>
    public static string KindName(OrganizationKind kind) => Kinds.FirstOrDefault(entry => entry.Value == kind).Text ?? "Other";
}

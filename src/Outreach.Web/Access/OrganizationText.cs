using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Access;

/// <summary>What is said of organizations, in words.</summary>
internal static class OrganizationText
{
    /// <summary>Every kind of organization with its name.</summary>
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

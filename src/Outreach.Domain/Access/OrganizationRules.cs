using Outreach.Domain.Recording;

namespace Outreach.Domain.Access;

/// <summary>What may happen to an organization's settings. The same request again adds nothing, also after others changed it.</summary>
public static class OrganizationRules
{
    /// <summary>Adds the organization. Nothing to record where it was added like this before, or is like this now.</summary>
    /// <returns>Refused, in this order: <c>ORGANIZATION_EXISTS</c>, another has the id; <c>FIGURES_NOT_FOR_THIS_KIND</c>.</returns>
    public static Decision<OrganizationEvent> Add(OrganizationState state, Organization organization)
    {
        if (state.Entry is { } there)
        {
            return organization == there.Organization || organization == state.AddedAs
                ? new Decision<OrganizationEvent>([])
                : Refusal.AlreadyExists(
                    "ORGANIZATION_EXISTS",
                    $"Organization '{organization.Id}' cannot be added: '{there.Organization.Name}' has this id, with other settings.");
        }

        return CheckFiguresFrom(organization) is { } refusal ? refusal : new OrganizationEvent.OrganizationAdded(organization);
    }

    /// <summary>Changes settings of the organization. Nothing to record where they are like this already.</summary>
    /// <param name="state">The organization.</param>
    /// <param name="wanted">The new values; values that the change is not about are ignored.</param>
    /// <param name="which">What the change is about.</param>
    /// <param name="seen">The version that the caller saw; null for whatever is current.</param>
    /// <returns>Refused, in this order: <c>ORGANIZATION_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>FIGURES_NOT_FOR_THIS_KIND</c>.</returns>
    public static Decision<OrganizationEvent> Change(OrganizationState state, Organization wanted, OrganizationFields which, long? seen)
    {
        if (state.Entry is not { } there)
            return Unknown(wanted.Id);

        var changed = Merge(there.Organization, wanted, which);
        if (changed == there.Organization)
            return new Decision<OrganizationEvent>([]);
        if (seen is not null && seen != there.Version)
            return Refusal.Stale(
                "ETAG_STALE", $"Organization '{wanted.Id}' was seen with etag {seen}; it changed since, and its etag is {there.Version}.");
        return CheckFiguresFrom(changed) is { } refusal ? refusal : new OrganizationEvent.OrganizationChanged(changed, there.AddedAt);
    }

    /// <summary>The refusal <c>ORGANIZATION_UNKNOWN</c>.</summary>
    public static Refusal Unknown(OrganizationId id) => Refusal.NotFound("ORGANIZATION_UNKNOWN", $"There is no organization '{id}'.");

    private static Refusal? CheckFiguresFrom(Organization organization) =>
        organization.FiguresFrom.Count == 0 || organization.Kind == OrganizationKind.HealthDepartment
            ? null
            : Refusal.FailedPrecondition(
                "FIGURES_NOT_FOR_THIS_KIND",
                $"Only a health department may see figures of others; '{organization.Id}' is of the kind {organization.Kind}.");

    private static Organization Merge(Organization there, Organization wanted, OrganizationFields which) => there with
    {
        Name = which.HasFlag(OrganizationFields.Name) ? wanted.Name : there.Name,
        Kind = which.HasFlag(OrganizationFields.Kind) ? wanted.Kind : there.Kind,
        FiguresFrom = which.HasFlag(OrganizationFields.FiguresFrom) ? wanted.FiguresFrom : there.FiguresFrom,
    };
}

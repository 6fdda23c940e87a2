using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>The rules for an organization's settings.</summary>
public static class OrganizationRules
{
    private static readonly SettingsRules<Organization, OrganizationEvent> Settings = new("Organization");

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Add"/>
    /// <returns>Refused, in this order: <c>ORGANIZATION_EXISTS</c>; <c>FIGURES_NOT_FOR_THIS_KIND</c>.</returns>
    public static Decision<OrganizationEvent> Add(SettingsState<Organization> state, Organization organization) =>
        Settings.Add(state, organization, added => new OrganizationEvent.OrganizationAdded(added), CheckFiguresFrom);

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Change"/>
    /// <returns>Refused, in this order: <c>ORGANIZATION_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>FIGURES_NOT_FOR_THIS_KIND</c>.</returns>
    public static Decision<OrganizationEvent> Change(
        SettingsState<Organization> state, OrganizationId id, Func<Organization, Organization> change, long? expectedVersion) => Settings.Change(
        state,
        id.Value,
        change,
        expectedVersion,
        (changed, addedAt) => new OrganizationEvent.OrganizationChanged(changed, addedAt),
        (_, changed) => CheckFiguresFrom(changed));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Unknown"/>
    public static Refusal Unknown(OrganizationId id) => Settings.Unknown(id.Value);

    private static Refusal? CheckFiguresFrom(Organization organization) =>
        organization.FiguresFrom.Count == 0 || organization.Kind == OrganizationKind.HealthDepartment
            ? null
            : Refusal.FailedPrecondition(
                "FIGURES_NOT_FOR_THIS_KIND",
                $"Only a health department may see other organizations' figures; '{organization.Id}' is of the kind {organization.Kind}.");
}

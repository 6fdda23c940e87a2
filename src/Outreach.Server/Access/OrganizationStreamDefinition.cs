using Outreach.Domain.Access;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Access;

/// <summary>The settings of organizations, with a stream for each organization.</summary>
public sealed class OrganizationStreamDefinition : SettingsStreamDefinition<Organization, OrganizationEvent>
{
    /// <summary>Organizations by id.</summary>
    public static readonly SettingsView<Organization> Organizations = new("organizations", "organization_id", AccessJson.OrganizationDocument);

    private OrganizationStreamDefinition()
        : base("organization", Organizations, AccessJson.OrganizationFact, AccessJson.OrganizationSnapshot)
    {
    }

    public static OrganizationStreamDefinition Instance { get; } = new();
}

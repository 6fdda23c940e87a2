using Google.Protobuf;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Access;

/// <summary>The organization that settings belong to: set when they are added, never changed.</summary>
internal static class OrganizationField
{
    /// <summary>Adds the field <c>organization_id</c>. If a request leaves it empty, the settings keep their default organization.</summary>
    public static SettingsFields<TWire, T> AddOrganization<TWire, T>(
        this SettingsFields<TWire, T> fields, Func<T, OrganizationId> get, Func<T, OrganizationId, T> set)
        where TWire : class, IMessage<TWire>, new()
        where T : class, ISettings
    {
        const string Name = "organization_id";
        var wire = new TWire().Descriptor.FindFieldByName(Name).Accessor;
        return fields.Add<OrganizationId?>(
            Name,
            (sent, path, violations) => wire.GetValue(sent) is string { Length: > 0 } id ? AccessWire.ParseOrganization(id, path, default, violations) : null,
            (sent, organization) => wire.SetValue(sent, organization?.Value ?? ""),
            settings => get(settings),
            (settings, organization) => organization is { } named ? set(settings, named) : settings,
            onlyNew: true);
    }
}

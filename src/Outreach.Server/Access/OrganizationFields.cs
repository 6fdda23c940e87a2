using Outreach.Domain.Access;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>The fields of an organization. A new one is added here, to <see cref="Organization"/> and to the proto.</summary>
internal static class OrganizationFields
{
    public static SettingsFields<Wire.Organization, Organization> All { get; } =
        new SettingsFields<Wire.Organization, Organization>("organization", id => new Organization(new OrganizationId(id), "", default, []))
            .Text("name", 1, Organization.MaxName, organization => organization.Name, (organization, name) => organization with { Name = name })
            .Enum("kind", organization => organization.Kind, (organization, kind) => organization with { Kind = kind })
            .Add(
                "figures_from",
                (sent, path, violations) => FieldParser.ParseIds(sent.FiguresFrom, path, Organization.MaxFiguresFrom, id => new OrganizationId(id), violations),
                (wire, ids) => wire.FiguresFrom.AddRange(ids.Select(id => id.Value)),
                organization => organization.FiguresFrom,
                (organization, ids) => organization with { FiguresFrom = ids })
            .Output((wire, organization) => wire.ManagesInstallation = organization.Value.ManagesInstallation());
}

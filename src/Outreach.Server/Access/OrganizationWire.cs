using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Parses requests about organizations.</summary>
internal static class OrganizationWire
{
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static Organization Parse(Wire.CreateOrganizationRequest request) => OrganizationFields.All.ParseNew(request.Organization);

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsUpdate<Organization> Parse(Wire.UpdateOrganizationRequest request) =>
        OrganizationFields.All.ParseUpdate(request.Organization, request.UpdateMask);

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static OrganizationId Parse(Wire.GetOrganizationRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.OrganizationId, "organization_id", violations);
        violations.ThrowIfAny();
        return new OrganizationId(id!);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsFilter Parse(Wire.ListOrganizationsRequest request)
    {
        const string List = "organizations";
        var violations = new Violations();
        var page = Paging.Parse(request.PageSize, request.PageToken, List, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new SettingsFilter(List, page, []);
    }

    public static Wire.Organization ToWire(Versioned<Organization> organization) => OrganizationFields.All.ToWire(organization);

    public static Wire.ListOrganizationsResponse ToWire(SettingsPage<Organization> page) =>
        new() { Organizations = { page.Items.Select(ToWire) }, NextPageToken = page.NextPageToken };
}

using Outreach.Domain.Access;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Parses fields that requests about people, devices and the audit log share.</summary>
internal static class AccessWire
{
    /// <summary>The organization with an id; the caller's own if the id is empty.</summary>
    public static OrganizationId ParseOrganization(string id, string field, OrganizationId own, Violations violations) =>
        id.Length == 0 ? own : FieldParser.ParseId(id, field, violations) is { } parsed ? new OrganizationId(parsed) : default;
}

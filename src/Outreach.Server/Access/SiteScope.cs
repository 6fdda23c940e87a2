using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Sites of one organization that a caller may act on: all, or some.</summary>
/// <param name="Organization">The organization.</param>
/// <param name="SiteIds">The ids of the sites; null for all sites of the organization.</param>
internal sealed record SiteScope(OrganizationId Organization, IReadOnlySet<string>? SiteIds)
{
    /// <summary>True if a site is in the scope.</summary>
    /// <param name="site">The site's id.</param>
    /// <param name="owner">The site's organization.</param>
    public bool Contains(string site, OrganizationId owner) => owner == Organization && (SiteIds is null || SiteIds.Contains(site));

    /// <summary>An SQL condition, for both stores, that a column has the id of a site in the scope, with its parameters.</summary>
    public (string Sql, (string Name, object Value)[] Values) ToSqlCondition(string column)
    {
        var (sql, values) = ToSqlCondition(column, [Organization.Value]);
        if (SiteIds is null)
            return (sql, values);
        if (SiteIds.Count == 0)
            return ("1 = 0", []);
        var some = SiteIds.Select((site, i) => (Name: $"@seen_{i}", Value: (object)site)).ToArray();
        return ($"{sql} AND {column} IN ({string.Join(", ", some.Select(one => one.Name))})", [.. values, .. some]);
    }

    /// <summary>An SQL condition that a column has the id of a site of one of the organizations, of which there is at least one.</summary>
    /// <remarks>Records for a site that does not exist belong to the first organization.</remarks>
    public static (string Sql, (string Name, object Value)[] Values) ToSqlCondition(string column, IReadOnlyList<string> organizations)
    {
        var theirs = organizations.Select((organization, i) => (Name: $"@organization_{i}", Value: (object)organization)).ToArray();
        var names = string.Join(", ", theirs.Select(one => one.Name));
        var sql = organizations.Contains(OrganizationId.First.Value)
            ? $"{column} NOT IN (SELECT site_id FROM sites WHERE organization_id NOT IN ({names}))"
            : $"{column} IN (SELECT site_id FROM sites WHERE organization_id IN ({names}))";
        return (sql, theirs);
    }
}

using System.Data.Common;
using Outreach.Server.Access;
using Outreach.Server.Recording;

namespace Outreach.Server.Reports;

/// <summary>The conditions of an overview in SQL that both stores understand.</summary>
internal static class OverviewSql
{
    /// <summary>
    /// True if the totals over all sites can be used: the query has no filter on sites and no split by site, and no other
    /// organization has sites.
    /// </summary>
    public static async Task<bool> CanUseProgramTotalsAsync(DbConnection views, OverviewFilter ask, CancellationToken cancel)
    {
        if (ask.BySite || ask.Sites.Count > 0)
            return false;
        await using var query = views.CreateCommand();
        query.CommandText = $"SELECT 1 FROM sites WHERE NOT ({In(query, "organization_id", ask.Organizations)}) LIMIT 1";
        return await query.ExecuteScalarAsync(cancel) is null;
    }

    /// <summary>The condition on site.</summary>
    public static string SiteCondition(DbCommand query, OverviewFilter ask)
    {
        var (sql, values) = SiteScope.ToSqlCondition("site_id", ask.Organizations);
        foreach (var (name, value) in values)
            Bind(query, name[1..], value);
        return $"{sql} AND {In(query, "site_id", ask.Sites)}";
    }

    /// <summary>The condition on day, and on site where sums are kept by site.</summary>
    public static string DayAndSiteCondition(DbCommand query, OverviewFilter ask, bool whole)
    {
        var first = Bind(query, "from_day", ask.From is { } from ? DayNumber.From(from) : long.MinValue);
        var last = Bind(query, "to_day", ask.To is { } to ? DayNumber.From(to) : long.MaxValue);
        var days = $"day BETWEEN {first} AND {last}";
        return whole ? days : $"{days} AND {SiteCondition(query, ask)}";
    }

    /// <summary>A condition that a column is one of some values; none means any.</summary>
    public static string In(DbCommand query, string column, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return "1 = 1";
        var names = values.Select((value, i) => Bind(query, $"{column}_{i}", value));
        return $"{column} IN ({string.Join(", ", names)})";
    }

    private static string Bind(DbCommand query, string name, object value)
    {
        var parameter = query.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        query.Parameters.Add(parameter);
        return "@" + name;
    }
}

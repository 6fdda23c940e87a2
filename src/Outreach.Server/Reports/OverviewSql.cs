using System.Data.Common;
using NodaTime;

namespace Outreach.Server.Reports;

/// <summary>The conditions of an overview in SQL that both stores understand.</summary>
internal static class OverviewSql
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <summary>Whether the sums over all sites, kept beside those by site, suffice.</summary>
    public static bool IsWhole(OverviewAsk ask) => !ask.BySite && ask.Sites.Count == 0;

    /// <summary>The condition on day, and on site where sums are kept by site.</summary>
    public static string Within(DbCommand query, OverviewAsk ask)
    {
        var first = Bind(query, "from_day", ask.From is { } from ? NumberOf(from) : long.MinValue);
        var last = Bind(query, "to_day", ask.To is { } to ? NumberOf(to) : long.MaxValue);
        var days = $"day BETWEEN {first} AND {last}";
        return IsWhole(ask) ? days : $"{days} AND {In(query, "site_id", ask.Sites)}";
    }

    /// <summary>A condition that a column is one of some values; none means any.</summary>
    public static string In(DbCommand query, string column, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return "1 = 1";
        var names = values.Select((value, i) => Bind(query, $"{column}_{i}", value));
        return $"{column} IN ({string.Join(", ", names)})";
    }

    /// <summary>Days since 1970-01-01, as day columns hold them.</summary>
    public static long NumberOf(LocalDate day) => Period.DaysBetween(Epoch, day);

    /// <summary>The day of such a number.</summary>
    public static LocalDate DayOf(long number) => Epoch.PlusDays((int)number);

    private static string Bind(DbCommand query, string name, object value)
    {
        var parameter = query.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        query.Parameters.Add(parameter);
        return "@" + name;
    }
}

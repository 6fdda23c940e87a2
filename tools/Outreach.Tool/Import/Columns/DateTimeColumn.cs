using NodaTime;
using NodaTime.Text;

namespace Outreach.Tool.Import.Columns;

/// <summary>When a row happened: a day with a time of day, or a date and time; by a column, or always the same.</summary>
public sealed record DateTimeColumn : IColumnRule
{
    /// <summary>The day of every row, "YYYY-MM-DD"; empty where a column says it.</summary>
    public string Always { get; init; } = "";

    /// <summary>The column; empty where it is always the same.</summary>
    public string Column { get; init; } = "";

    /// <summary>How the column is written, as a NodaTime pattern: "uuuu-MM-dd" with <see cref="At"/>, else with a time of day.</summary>
    public string Pattern { get; init; } = "uuuu-MM-dd";

    /// <summary>The time of day that stands for a day, "HH:MM"; empty where the column says the time.</summary>
    public string At { get; init; } = "";

    /// <summary>The IANA time zone that the times are in.</summary>
    public string TimeZone { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => Column.Length == 0 ? [] : [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        if (Always.Length == 0 == (Column.Length == 0))
            problems.Add(path, "it needs either always or column");
        if (Always.Length > 0 && !LocalDatePattern.Iso.Parse(Always).Success)
            problems.Add($"{path}.always", $"it is a day as YYYY-MM-DD; this is '{Always}'");
        if (Always.Length > 0 && At.Length == 0)
            problems.Add($"{path}.at", "it is required with always");
        if (At.Length > 0 && !HourMinute.Parse(At).Success)
            problems.Add($"{path}.at", $"it is a time as HH:MM; this is '{At}'");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            problems.Add($"{path}.time_zone", $"it is an IANA time zone such as America/New_York; this is '{TimeZone}'");
        if (PatternError() is { } why)
            problems.Add($"{path}.pattern", why);
    }

    /// <summary>
    /// The moment, in the mapping's zone. Null where the column says nothing that can be read, which is noted: the server
    /// then holds the record for a person.
    /// </summary>
    public ZonedDateTime? Read(Row row, RowNotes notes)
    {
        var text = Always.Length > 0 ? Always : row[Column];
        if (text is not null && ParseLocal(text) is { } local)
            return local.InZoneLeniently(DateTimeZoneProviders.Tzdb[TimeZone]);
        notes.Add(Column, text is null ? "it says nothing" : "it is not a date of the mapping's pattern");
        return null;
    }

    private static LocalTimePattern HourMinute { get; } = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    private IPattern<LocalDate> DayPattern => Always.Length > 0 ? LocalDatePattern.Iso : LocalDatePattern.CreateWithInvariantCulture(Pattern);

    private LocalDateTimePattern DateTimePattern => LocalDateTimePattern.CreateWithInvariantCulture(Pattern);

    private LocalDateTime? ParseLocal(string text)
    {
        if (At.Length == 0)
            return DateTimePattern.Parse(text) is { Success: true, Value: var moment } ? moment : null;
        return DayPattern.Parse(text) is { Success: true, Value: var day } ? day + HourMinute.Parse(At).Value : null;
    }

    private string? PatternError()
    {
        try
        {
            _ = At.Length == 0 ? (object)DateTimePattern : DayPattern;
            return null;
        }
        catch (InvalidPatternException failure)
        {
            return failure.Message;
        }
    }
}

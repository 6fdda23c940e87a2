using System.ComponentModel;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>When a row happened.</summary>
public sealed record DateTimeColumn : IColumnRule
{
    [Description("The day of every row, YYYY-MM-DD; instead of column.")]
    public string Constant { get; init; } = "";

    [Description("The column with the date, or with date and time.")]
    public string Column { get; init; } = "";

    [Description("""
        How the column is written, as Noda Time patterns; the first that fits is used. Days only ("uuuu-MM-dd", "M/d/uuuu") with
        time_of_day or time_column, otherwise date and time ("uuuu-MM-dd HH:mm"). Dates of a workbook's own are read in any case.
        """)]
    public IReadOnlyList<string> Patterns { get; init; } = ["uuuu-MM-dd"];

    [Description("The time of day for rows that have only a day, HH:MM.")]
    public string TimeOfDay { get; init; } = "";

    [Description("A second column, with the time of day. Where it is empty, time_of_day is used.")]
    public string TimeColumn { get; init; } = "";

    [Description("How time_column is written, as Noda Time patterns; the first that fits is used.")]
    public IReadOnlyList<string> TimePatterns { get; init; } = ["H:mm", "H:mm:ss", "h:mm tt"];

    [Description("Read bare numbers as a spreadsheet's day numbers; a fraction is the time of day.")]
    public DayNumberSystem DayNumbers { get; init; }

    [Description("The IANA time zone of the times, for example America/New_York; UTC for times in UTC.")]
    public string TimeZone { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => ((string[])[Column, TimeColumn]).Where(c => c.Length > 0);

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.RequireOne(path, ("constant", Constant), ("column", Column));
        if (Constant.Length > 0 && !LocalDatePattern.Iso.Parse(Constant).Success)
            errors.Add($"{path}.constant", $"is a day as YYYY-MM-DD; this is '{Constant}'");
        if (Constant.Length > 0 && !HasDayOnly)
            errors.Add($"{path}.time_of_day", "is required with constant");
        if (TimeOfDay.Length > 0 && !HourMinute.Parse(TimeOfDay).Success)
            errors.Add($"{path}.time_of_day", $"is a time as HH:MM; this is '{TimeOfDay}'");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            errors.Add($"{path}.time_zone", $"is an IANA time zone such as America/New_York; this is '{TimeZone}'");
        foreach (var (i, pattern) in Patterns.Index())
            DatePatterns.Check($"{path}.patterns[{i}]", () => HasDayOnly ? DayPattern(pattern) : DateTimePattern(pattern), errors);
        foreach (var (i, pattern) in TimePatterns.Index())
            DatePatterns.Check($"{path}.time_patterns[{i}]", () => LocalTimePattern.CreateWithInvariantCulture(pattern), errors);
    }

    /// <summary>
    /// The moment, in the mapping's zone. Null where the column has no value or none that can be read, which is noted: the server
    /// then holds the record for a person.
    /// </summary>
    public ZonedDateTime? Read(Row row, RowNotes notes)
    {
        var text = Constant.Length > 0 ? Constant : row[Column];
        if (text is null)
            notes.Add(Column, "it has no date");
        else if (InstantPattern.ExtendedIso.Parse(text) is { Success: true, Value: var instant })
            return instant.InZone(Zone);
        else if (ReadDate(row, text) is not { } date)
            notes.Add(Column, DatePatterns.DescribeUnreadable(row, text));
        else if (date.TimeIsKnown)
            return ToZone(date.Value, notes);
        else if (ReadTime(row, notes) is { } time)
            return ToZone(date.Value.Date + time, notes);
        return null;
    }

    private static LocalTimePattern HourMinute { get; } = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    private bool HasDayOnly => TimeOfDay.Length > 0 || TimeColumn.Length > 0;

    private DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    private LocalDatePattern DayPattern(string pattern) =>
        Constant.Length > 0 ? LocalDatePattern.Iso : LocalDatePattern.CreateWithInvariantCulture(pattern);

    private static LocalDateTimePattern DateTimePattern(string pattern) => LocalDateTimePattern.CreateWithInvariantCulture(pattern);

    private (LocalDateTime Value, bool TimeIsKnown)? ReadDate(Row row, string text)
    {
        foreach (var pattern in Patterns)
        {
            if (HasDayOnly && DayPattern(pattern).Parse(text) is { Success: true, Value: var day })
                return (day.AtMidnight(), false);
            if (!HasDayOnly && DateTimePattern(pattern).Parse(text) is { Success: true, Value: var moment })
                return (moment, true);
        }
        // A day number or a workbook's date at midnight is a day, unless the column is to have times.
        return DatePatterns.ReadUnambiguous(row, text, DayNumbers) is { } found
            ? (found, !HasDayOnly || (TimeColumn.Length == 0 && found.TimeOfDay != LocalTime.Midnight))
            : null;
    }

    private LocalTime? ReadTime(Row row, RowNotes notes)
    {
        if (TimeColumn.Length > 0 && row[TimeColumn] is { } text)
        {
            if (TimePatterns.Select(p => LocalTimePattern.CreateWithInvariantCulture(p).Parse(text)).FirstOrDefault(p => p.Success) is { } read)
                return read.Value;
            if (DatePatterns.ReadUnambiguous(row, text, DayNumberSystem.None)?.TimeOfDay is { } time)
                return time;
            if (DayNumbers != DayNumberSystem.None && row.Numbers.TryParse(text, out var fraction) && fraction is >= 0 and < 1)
                return LocalTime.FromSecondsSinceMidnight(Math.Min((int)Math.Round(fraction * 86_400), 86_399));
            notes.Add(TimeColumn, "it is not a time of the mapping's time_patterns");
            return null;
        }
        if (TimeOfDay.Length > 0)
            return HourMinute.Parse(TimeOfDay).Value;
        notes.Add(TimeColumn, "it has no time");
        return null;
    }

    private ZonedDateTime ToZone(LocalDateTime local, RowNotes notes)
    {
        var source = Column.Length > 0 ? Column : "date";
        var found = Zone.MapLocal(local);
        if (found.Count == 0)
            notes.Add(source, "clocks skipped its time that day; the time after the change is used");
        else if (found.Count > 1)
            notes.Add(source, "clocks showed its time twice that day; the first is used");
        return Resolvers.LenientResolver(found);
    }
}

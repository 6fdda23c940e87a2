using System.ComponentModel;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A row that stands for many people.</summary>
public sealed record BulkMapping
{
    [Description("How many people.")]
    public CountColumn People { get; init; } = new();

    [Description("The time that a row covers, from the day it occurred on.")]
    public BulkPeriod Period { get; init; }

    [Description("The last day that a row covers, in a column; instead of period.")]
    public DayColumn? LastDay { get; init; }

    [Description("Whether a row stands for one person where the column of people is empty. Otherwise such a row counts no people, which is noted.")]
    public bool Optional { get; init; }

    internal IEnumerable<(string Path, IColumnRule? Rule)> Rules(string path) => [($"{path}.people", People), ($"{path}.last_day", LastDay)];
}

/// <summary>The time that a bulk record covers.</summary>
public enum BulkPeriod
{
    /// <summary>The day it occurred on.</summary>
    Day,

    /// <summary>Seven days, from the day it occurred on.</summary>
    Week,

    /// <summary>To the end of the month of that day.</summary>
    Month,

    /// <summary>To the end of the quarter of that day.</summary>
    Quarter,

    /// <summary>To the end of the year of that day.</summary>
    Year,
}

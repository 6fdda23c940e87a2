using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A row that stands for many people.</summary>
public sealed record BulkMapping
{
    /// <summary>How many.</summary>
    public CountColumn People { get; init; } = new();

    /// <summary>What it covers from the day it occurred on.</summary>
    public BulkSpan Covers { get; init; }
}

/// <summary>What a bulk record covers.</summary>
public enum BulkSpan
{
    /// <summary>The day it occurred on.</summary>
    Day,

    /// <summary>To the end of the month that day is in.</summary>
    Month,
}

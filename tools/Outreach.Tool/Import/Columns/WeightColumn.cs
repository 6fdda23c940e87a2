using System.ComponentModel;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column with the weight of returned syringes.</summary>
public sealed record WeightColumn : IColumnRule
{
    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("The unit of the column.")]
    public WeightUnit Unit { get; init; }

    [Description("Milligrams of one syringe with its share of the container, 100 to 100,000. The server turns the weight into a count with it.")]
    public int MilligramsEach { get; init; }

    [Description("A column with the milligrams of one syringe; instead of milligrams_each.")]
    public string MilligramsEachColumn { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => MilligramsEachColumn.Length == 0 ? [Column] : [Column, MilligramsEachColumn];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        if (MilligramsEach != 0 && MilligramsEachColumn.Length > 0)
            errors.Add(path, "needs either milligrams_each or milligrams_each_column");
        if (MilligramsEach is < 100 or > 100_000 && MilligramsEachColumn.Length == 0)
            errors.Add($"{path}.milligrams_each", $"is 100 to 100000; this is {MilligramsEach}");
    }

    /// <summary>The weight; null where the column has no value or says 0. One that cannot be read is sent so that the server holds it.</summary>
    public SyringeWeight? Read(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (row.Numbers.TryParse(text, out var amount))
        {
            var grams = Math.Round(Math.Clamp(amount, -1_000_000, 1_000_000) * GramsPer(Unit), MidpointRounding.AwayFromZero);
            return amount == 0 ? null : new SyringeWeight { Grams = (int)grams, MilligramsEach = MilligramsOf(row) };
        }
        notes.Add(Column, $"{NumberFormat.Quote(text)} is not a weight; {CountColumn.UnreadableCount} stands for it until a person corrects it");
        return new SyringeWeight { Grams = CountColumn.UnreadableCount, MilligramsEach = MilligramsOf(row) };
    }

    private int MilligramsOf(Row row) =>
        MilligramsEachColumn.Length == 0 ? MilligramsEach
        : row[MilligramsEachColumn] is { } text && row.Numbers.TryParse(text, out var number) && number is >= 0 and <= int.MaxValue ? (int)number
        : CountColumn.UnreadableCount;

    private static decimal GramsPer(WeightUnit unit) => unit switch
    {
        WeightUnit.Kilograms => 1_000m,
        WeightUnit.Pounds => 453.59237m,
        WeightUnit.Ounces => 28.349523125m,
        _ => 1m,
    };
}

/// <summary>Units of weight.</summary>
public enum WeightUnit
{
    /// <summary>Grams.</summary>
    Grams,

    /// <summary>Kilograms.</summary>
    Kilograms,

    /// <summary>Avoirdupois pounds.</summary>
    Pounds,

    /// <summary>Avoirdupois ounces.</summary>
    Ounces,
}

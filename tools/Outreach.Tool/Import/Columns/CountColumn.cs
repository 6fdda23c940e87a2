using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column with a whole number.</summary>
public sealed record CountColumn : IColumnRule
{
    /// <summary>What is sent for a quantity that cannot be read, so that the server holds the record for a person.</summary>
    public const int UnreadableCount = -1;

    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("The smallest plausible count, inclusive. Only reported counts have limits; quantities are sent as they were typed.")]
    public int Min { get; init; }

    [Description("The largest plausible count, inclusive; a larger one is more likely a typing mistake. As for min.")]
    public int Max { get; init; } = int.MaxValue;

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        if (Max < Min)
            errors.Add($"{path}.max", $"{Max} is less than min, {Min}");
    }

    /// <summary>The count; null where the column has no value or no plausible one, which is noted.</summary>
    public int? ReadPlausible(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (ParseWhole(row, text) is not { } number)
            notes.Add(Column, $"{NumberFormat.Quote(text)} is not a whole number; not used");
        else if (number < Min || number > Max)
            notes.Add(Column, $"{NumberFormat.Describe(number)} is outside {Min} to {Max}{NumberFormat.SpreadsheetHint(number)}; not used");
        else
            return (int)number;
        return null;
    }

    /// <summary>
    /// The count as it was typed, also an impossible one: the server then holds the record, and nothing is lost. Null where the
    /// column has no value.
    /// </summary>
    public int? ReadAsTyped(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (ParseWhole(row, text) is { } number)
            return (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        notes.Add(Column, $"{NumberFormat.Quote(text)} is not a whole number; {UnreadableCount} stands for it until a person corrects it");
        return UnreadableCount;
    }

    /// <summary>
    /// As <see cref="ReadAsTyped"/>. A blank value such as "NA" is noted, because the quantity is not known; an empty cell means none.
    /// </summary>
    public int? ReadQuantity(Row row, RowNotes notes)
    {
        if (row[Column] is null && row.RawValue(Column).Length > 0)
            notes.Add(Column, "it does not say how many; none are counted");
        return ReadAsTyped(row, notes);
    }

    private static decimal? ParseWhole(Row row, string text) =>
        row.Numbers.TryParse(text, out var number) && decimal.Truncate(number) == number ? number : null;
}

using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>
/// A column whose words stand for known values, with a table of the spellings. Letter case and white space do not matter. A
/// spelling may stand for several values.
/// </summary>
/// <typeparam name="TValue">An enum of the API; its values are written in the mapping as in the protos, without prefix and in lower
/// case: <c>mobile_stop</c>.</typeparam>
public sealed record EnumColumn<TValue> : IColumnRule
    where TValue : struct, Enum
{
    private Dictionary<string, TValue[]>? valuesBySpelling;

    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("The characters that stand between several values, for example \",;\"; empty where a cell has one value.")]
    public string Separators { get; init; } = "";

    [Description("For each value, how the file spells it. Letter case and spaces do not matter. The value's own name is always understood.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Spellings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    [Description("Spellings that mean no value and need no note.")]
    public IReadOnlyList<string> Ignored { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        foreach (var value in Spellings.Keys.Where(v => !EnumNames.TryParse<TValue>(v, out _)))
            errors.Add($"{path}.spellings.{value}", $"is none of {EnumNames.KnownNames<TValue>()}");
    }

    /// <summary>The values, each once. A spelling that is not in the table is noted by number; its text is not repeated.</summary>
    public IReadOnlyList<TValue> Read(Row row, RowNotes notes)
    {
        valuesBySpelling ??= BuildTable();
        if (row[Column] is not { } text)
            return [];
        var words = Split(text);
        var unknown = words.Count(w => !valuesBySpelling.ContainsKey(w));
        if (unknown > 0)
        {
            var what = words.Count == 1 ? "it is" : $"{unknown} of {words.Count} answers are";
            notes.Add(Column, $"{what} not in the mapping's table; not used");
        }

        return [.. words.Where(valuesBySpelling.ContainsKey).SelectMany(w => valuesBySpelling[w]).Distinct().Order()];
    }

    private List<string> Split(string text) =>
        [.. (Separators.Length == 0 ? [text] : text.Split(Separators.ToCharArray())).Select(Spelling.Normalize).Where(w => w.Length > 0)];

    private Dictionary<string, TValue[]> BuildTable()
    {
        var spellings = Spellings.SelectMany(s => s.Value.Select(text => (Text: Spelling.Normalize(text), Value: EnumNames.Parse<TValue>(s.Key))));
        var table = spellings.GroupBy(s => s.Text, s => s.Value).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var ignored in Ignored)
            table.TryAdd(Spelling.Normalize(ignored), []);
        foreach (var value in EnumNames.Known<TValue>())
            table.TryAdd(EnumNames.Format(value), [value]);
        return table;
    }
}

/// <summary>Compares what people type: letter case and white space do not matter.</summary>
internal static class Spelling
{
    /// <summary>The text in lower case, with single spaces.</summary>
    public static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}

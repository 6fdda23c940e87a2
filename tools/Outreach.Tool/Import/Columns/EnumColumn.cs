namespace Outreach.Tool.Import.Columns;

/// <summary>
/// A column whose words stand for known answers, with a table of the spellings. Letter case and white space do not
/// matter. A spelling may stand for several answers.
/// </summary>
/// <typeparam name="TAnswer">An enum of the API; its values are written in the mapping as in the protos, without prefix and in lower
/// case: <c>mobile_stop</c>.</typeparam>
public sealed record EnumColumn<TAnswer> : IColumnRule
    where TAnswer : struct, Enum
{
    private Dictionary<string, TAnswer[]>? valuesBySpelling;

    /// <summary>The column.</summary>
    public string Column { get; init; } = "";

    /// <summary>Characters that stand between several answers; empty where there is only one.</summary>
    public string Separators { get; init; } = "";

    /// <summary>For each answer, how people spell it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Means { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Spellings that say nothing and need no note.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.column", Column);
        if (Means.Count == 0)
            problems.Add($"{path}.means", "it is required");
        foreach (var answer in Means.Keys.Where(a => !EnumNames.TryParse<TAnswer>(a, out _)))
            problems.Add($"{path}.means.{answer}", $"it is none of {EnumNames.KnownNames<TAnswer>()}");
    }

    /// <summary>The answers, each once; what is not in the table is noted by number, not by what it says.</summary>
    public IReadOnlyList<TAnswer> Read(Row row, RowNotes notes)
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
        [.. (Separators.Length == 0 ? [text] : text.Split(Separators.ToCharArray())).Select(Normalize).Where(w => w.Length > 0)];

    private Dictionary<string, TAnswer[]> BuildTable()
    {
        var meanings = Means.SelectMany(m => m.Value.Select(s => (Spelling: Normalize(s), Answer: EnumNames.Parse<TAnswer>(m.Key))));
        var spelled = meanings.GroupBy(m => m.Spelling, m => m.Answer).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var ignored in Ignored)
            spelled.TryAdd(Normalize(ignored), []);
        return spelled;
    }

    private static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}

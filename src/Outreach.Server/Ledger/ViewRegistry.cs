using System.Text.RegularExpressions;

namespace Outreach.Server.Ledger;

/// <summary>The views of all families, numbered from 0.</summary>
internal sealed partial class ViewRegistry
{
    private static readonly string[] ReservedNames =
        ["segments", "heads", "segment_index", "fact_keys", "watermark", "snapshots", "due", "view_shapes", "commits", "schemaversions"];

    private readonly Dictionary<View, int> indexes = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="ArgumentException">A declaration breaks its rules, or two views share a name.</exception>
    public ViewRegistry(IReadOnlyList<IStreamDefinition> families)
    {
        foreach (var view in families.SelectMany(f => f.Views).Distinct<View>(ReferenceEqualityComparer.Instance))
        {
            Validate(view);
            indexes.Add(view, indexes.Count);
        }
        All = [.. indexes.OrderBy(n => n.Value).Select(n => n.Key)];
        if (All.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two views are named {twice.Key}.");
        Shapes = All.ToDictionary(v => v.Name, Stores.ViewSql.Shape)
            .Concat(families.Select(f => KeyValuePair.Create($"family {f.Category}", $"form {f.ProjectionVersion}")))
            .ToDictionary();
    }

    public IReadOnlyList<View> All { get; }

    /// <summary>What is declared, by name; with any change in it, all views are filled anew.</summary>
    public IReadOnlyDictionary<string, string> Shapes { get; }

    /// <exception cref="InvalidOperationException">The view is in no family's list.</exception>
    public int IndexOf(View view) =>
        indexes.TryGetValue(view, out var number) ? number : throw new InvalidOperationException($"The view {view.Name} is in no family's list of views.");

    private static void Validate(View view)
    {
        var columns = view switch
        {
            CounterView t => RequireColumnCount(view, t.TextKeys.Length is >= 1 and <= 3 && t.Amounts.Length is >= 1 and <= 8,
                [.. t.TextKeys, .. t.NumberKey is null ? Array.Empty<string>() : [t.NumberKey], .. t.Amounts]),
            DocumentView c => RequireColumnCount(view, c.Keys.Length is >= 1 and <= 3 && c.IndexColumns.Length <= 4, [.. c.Keys, .. c.IndexColumns, "doc"]),
            _ => throw new ArgumentException($"The view {view.Name} is neither a tally nor a card."),
        };
        if (columns.Append(view.Name).FirstOrDefault(c => !Identifier().IsMatch(c)) is { } odd)
            throw new ArgumentException($"The view {view.Name}: '{odd}' is not made of a-z, 0-9 and '_'.");
        if (columns.Distinct().Count() != columns.Length || ReservedNames.Contains(view.Name))
            throw new ArgumentException($"The view {view.Name}: a name is used twice.");
    }

    private static string[] RequireColumnCount(View view, bool fits, string[] columns) =>
        fits ? columns : throw new ArgumentException($"The view {view.Name} has too few or too many columns.");

    [GeneratedRegex("^[a-z][a-z0-9_]{0,40}$")]
    private static partial Regex Identifier();
}

using System.Text.RegularExpressions;

namespace Outreach.Server.Ledger;

/// <summary>The views of all stream definitions, numbered from 0.</summary>
internal sealed partial class ViewRegistry
{
    private const string DefinitionPrefix = "family ";

    private static readonly string[] ReservedNames =
        ["segments", "heads", "segment_index", "fact_keys", "watermark", "snapshots", "due", "view_shapes", "commits", "schemaversions"];

    private readonly Dictionary<View, int> indexes = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyList<IStreamDefinition> definitions;

    /// <exception cref="ArgumentException">A declaration breaks its rules, or two views share a name.</exception>
    public ViewRegistry(IReadOnlyList<IStreamDefinition> definitions)
    {
        this.definitions = definitions;
        foreach (var view in definitions.SelectMany(d => d.Views).Distinct<View>(ReferenceEqualityComparer.Instance))
        {
            Validate(view);
            indexes.Add(view, indexes.Count);
        }
        All = [.. indexes.OrderBy(n => n.Value).Select(n => n.Key)];
        if (All.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } duplicate)
            throw new ArgumentException($"Two views are named {duplicate.Key}.");
        Shapes = All.ToDictionary(v => v.Name, Stores.ViewSql.Shape)
            .Concat(definitions.Select(d => KeyValuePair.Create(DefinitionPrefix + d.Category, $"form {d.ProjectionVersion}")))
            .ToDictionary();
        Everything = new ReplayScope(All, includesIndex: true);
    }

    public IReadOnlyList<View> All { get; }

    /// <summary>All views, the index and the promises.</summary>
    public ReplayScope Everything { get; }

    /// <summary>
    /// The declarations as the table view_shapes stores them: for each view its columns and version, for each stream
    /// definition the version of its keys and promises. Whatever changed is refilled at the next start.
    /// </summary>
    public IReadOnlyDictionary<string, string> Shapes { get; }

    /// <exception cref="InvalidOperationException">No stream definition lists the view.</exception>
    public int IndexOf(View view) =>
        indexes.TryGetValue(view, out var index) ? index : throw new InvalidOperationException($"No stream definition lists the view {view.Name}.");

    /// <summary>True if a name in <see cref="Shapes"/> belongs to a stream definition, not to a view.</summary>
    public static bool IsDefinition(string shapeName) => shapeName.StartsWith(DefinitionPrefix, StringComparison.Ordinal);

    /// <summary>The categories of the streams that contribute to the view or index with this name in <see cref="Shapes"/>.</summary>
    public IEnumerable<string> GetCategories(string shapeName) =>
        definitions.Where(d => shapeName == DefinitionPrefix + d.Category || d.Views.Any(v => v.Name == shapeName)).Select(d => d.Category);

    /// <summary>The scope of these names in <see cref="Shapes"/>.</summary>
    public ReplayScope CreateScope(IReadOnlyCollection<string> shapeNames) =>
        new(All.Where(v => shapeNames.Contains(v.Name)), shapeNames.Any(IsDefinition));

    private static void Validate(View view)
    {
        var columns = view switch
        {
            CounterView c => RequireColumnCount(view, c.TextKeys.Length is >= 1 and <= 3 && c.Amounts.Length >= 1,
                [.. c.TextKeys, .. c.NumberKey is null ? Array.Empty<string>() : [c.NumberKey], .. c.Amounts]),
            DocumentView d => RequireColumnCount(view, d.Keys.Length is >= 1 and <= 3 && d.IndexColumns.Length <= 4, [.. d.Keys, .. d.IndexColumns, "doc"]),
            _ => throw new ArgumentException($"The view {view.Name} is neither a counter view nor a document view."),
        };
        if (columns.Append(view.Name).FirstOrDefault(c => !Identifier().IsMatch(c)) is { } invalid)
            throw new ArgumentException($"The view {view.Name}: the name '{invalid}' must have 1 to 41 of a-z, 0-9 and '_' and begin with a letter.");
        if (columns.Distinct().Count() != columns.Length || ReservedNames.Contains(view.Name))
            throw new ArgumentException($"The view {view.Name}: a name is used twice.");
    }

    private static string[] RequireColumnCount(View view, bool fits, string[] columns) =>
        fits ? columns : throw new ArgumentException($"The view {view.Name} has too few or too many columns.");

    [GeneratedRegex("^[a-z][a-z0-9_]{0,40}$")]
    private static partial Regex Identifier();
}

namespace Outreach.Server.Ledger.Stores;

/// <summary>The parts of view SQL that differ between the two stores.</summary>
/// <param name="TextType">The type of a text, compared by its bytes.</param>
/// <param name="NumberType">The type of a 64-bit integer.</param>
/// <param name="MaxFunction">The function that returns the larger of two.</param>
/// <param name="CounterOptions">What follows the definition of a counter view's table.</param>
/// <param name="DocumentOptions">What follows the definition of a document view's table.</param>
internal sealed record ViewDialect(string TextType, string NumberType, string MaxFunction, string CounterOptions, string DocumentOptions);

/// <summary>The SQL of views, generated from their declarations.</summary>
internal static class ViewSql
{
    /// <summary>The columns of the key, in order.</summary>
    public static string[] KeyColumns(View view) => view switch
    {
        CounterView c => [.. c.TextKeys, .. c.NumberKey is null ? Array.Empty<string>() : [c.NumberKey]],
        DocumentView d => d.Keys,
        _ => throw new ArgumentException($"{view.Name} is neither a counter view nor a document view."),
    };

    /// <summary>The columns outside the key, in order.</summary>
    public static string[] OtherColumns(View view) => view switch
    {
        CounterView c => c.Amounts,
        DocumentView d => [.. d.IndexColumns, "doc"],
        _ => throw new ArgumentException($"{view.Name} is neither a counter view nor a document view."),
    };

    /// <summary>All columns, the key first, separated by commas.</summary>
    public static string Columns(View view) => string.Join(", ", KeyColumns(view).Concat(OtherColumns(view)));

    /// <summary>
    /// The declaration as view_shapes stores it; it changes whenever the table or the meaning of its rows does. Existing
    /// stores contain these words, so changing a word would refill their views.
    /// </summary>
    public static string Shape(View view)
    {
        var kind = view is CounterView c ? $"tally {c.Aggregate}" : "card";
        var version = view.Version == 1 ? "" : $" version {view.Version}";
        return $"{kind} ({string.Join(", ", KeyOrder(view))}; {string.Join(", ", OtherColumns(view))}){version}";
    }

    private static string[] KeyOrder(View view) => (view as CounterView)?.KeyOrder ?? KeyColumns(view);

    public static string CreateTable(View view, ViewDialect words)
    {
        var number = (view as CounterView)?.NumberKey;
        var keys = KeyColumns(view).Select(k => $"{k} {(k == number ? words.NumberType : words.TextType)} NOT NULL");
        var others = OtherColumns(view).Select(c => $"{c} {(view is CounterView ? words.NumberType : words.TextType)} NOT NULL");
        var options = view is CounterView ? words.CounterOptions : words.DocumentOptions;
        var table = $"CREATE TABLE {view.Name} ({string.Join(", ", keys.Concat(others))}, PRIMARY KEY ({string.Join(", ", KeyOrder(view))})) {options};";
        var indexes = ((view as DocumentView)?.IndexColumns ?? [])
            .Select(f => $" CREATE INDEX {view.Name}_by_{f} ON {view.Name} ({f}, {string.Join(", ", KeyColumns(view))});");
        return table + string.Concat(indexes);
    }

    /// <summary>The clause that merges into an existing row.</summary>
    public static string OnConflict(View view, ViewDialect words) =>
        $"ON CONFLICT ({string.Join(", ", KeyColumns(view))}) DO UPDATE SET {string.Join(", ", OtherColumns(view).Select(c => $"{c} = {MergeExpression(view, c, words)}"))}";

    private static string MergeExpression(View view, string column, ViewDialect words) => (view as CounterView)?.Aggregate switch
    {
        AggregateFunction.Sum => $"{view.Name}.{column} + excluded.{column}",
        AggregateFunction.Max => $"{words.MaxFunction}({view.Name}.{column}, excluded.{column})",
        AggregateFunction.Or => $"{view.Name}.{column} | excluded.{column}",
        _ => $"excluded.{column}",
    };
}

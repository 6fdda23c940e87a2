namespace Outreach.Server.Ledger.Stores;

/// <summary>The words in which the two stores differ when they keep views.</summary>
/// <param name="TextType">The type of a text, compared by its bytes.</param>
/// <param name="NumberType">The type of a 64-bit integer.</param>
/// <param name="MaxFunction">The function that gives the larger of two.</param>
/// <param name="CounterOptions">What follows the definition of a tally's table.</param>
/// <param name="DocumentOptions">What follows the definition of a card's table.</param>
internal sealed record ViewDialect(string TextType, string NumberType, string MaxFunction, string CounterOptions, string DocumentOptions);

/// <summary>The SQL of views, made from their declarations.</summary>
internal static class ViewSql
{
    /// <summary>The columns of the key, in order.</summary>
    public static string[] KeyColumns(View view) => view switch
    {
        CounterView t => [.. t.TextKeys, .. t.NumberKey is null ? Array.Empty<string>() : [t.NumberKey]],
        DocumentView c => c.Keys,
        _ => throw new ArgumentException($"{view.Name} is neither a tally nor a card."),
    };

    /// <summary>The columns that are not of the key, in order.</summary>
    public static string[] OtherColumns(View view) => view switch
    {
        CounterView t => t.Amounts,
        DocumentView c => [.. c.IndexColumns, "doc"],
        _ => throw new ArgumentException($"{view.Name} is neither a tally nor a card."),
    };

    /// <summary>All columns, the key first, separated by commas.</summary>
    public static string Columns(View view) => string.Join(", ", KeyColumns(view).Concat(OtherColumns(view)));

    /// <summary>The declaration in a form that changes whenever the table or the meaning of its rows does.</summary>
    public static string Shape(View view) => $"{(view is CounterView t ? $"tally {t.Aggregate}" : "card")} ({string.Join(", ", KeyOrder(view))}; {string.Join(", ", OtherColumns(view))})";

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

    /// <summary>What happens to the columns of a row that is there already.</summary>
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

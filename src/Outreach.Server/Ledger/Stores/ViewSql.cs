namespace Outreach.Server.Ledger.Stores;

/// <summary>The words in which the two stores differ when they keep views.</summary>
/// <param name="Text">The type of a text, compared by its bytes.</param>
/// <param name="Number">The type of a 64-bit integer.</param>
/// <param name="Larger">The function that gives the larger of two.</param>
/// <param name="TallyOptions">What follows the definition of a tally's table.</param>
/// <param name="CardOptions">What follows the definition of a card's table.</param>
internal sealed record ViewDialect(string Text, string Number, string Larger, string TallyOptions, string CardOptions);

/// <summary>The SQL of views, made from their declarations.</summary>
internal static class ViewSql
{
    /// <summary>The columns of the key, in order.</summary>
    public static string[] KeyColumns(View view) => view switch
    {
        Tally t => [.. t.TextKeys, .. t.NumberKey is null ? Array.Empty<string>() : [t.NumberKey]],
        Card c => c.Keys,
        _ => throw new ArgumentException($"{view.Name} is neither a tally nor a card."),
    };

    /// <summary>The columns that are not of the key, in order.</summary>
    public static string[] OtherColumns(View view) => view switch
    {
        Tally t => t.Amounts,
        Card c => [.. c.Finders, "doc"],
        _ => throw new ArgumentException($"{view.Name} is neither a tally nor a card."),
    };

    /// <summary>All columns, the key first, separated by commas.</summary>
    public static string Columns(View view) => string.Join(", ", KeyColumns(view).Concat(OtherColumns(view)));

    /// <summary>The declaration in a form that changes whenever the table or the meaning of its rows does.</summary>
    public static string Shape(View view) => $"{(view is Tally t ? $"tally {t.Merge}" : "card")} ({string.Join(", ", Order(view))}; {string.Join(", ", OtherColumns(view))})";

    private static string[] Order(View view) => (view as Tally)?.Order ?? KeyColumns(view);

    public static string Create(View view, ViewDialect words)
    {
        var number = (view as Tally)?.NumberKey;
        var keys = KeyColumns(view).Select(k => $"{k} {(k == number ? words.Number : words.Text)} NOT NULL");
        var others = OtherColumns(view).Select(c => $"{c} {(view is Tally ? words.Number : words.Text)} NOT NULL");
        var options = view is Tally ? words.TallyOptions : words.CardOptions;
        var table = $"CREATE TABLE {view.Name} ({string.Join(", ", keys.Concat(others))}, PRIMARY KEY ({string.Join(", ", Order(view))})) {options};";
        var indexes = ((view as Card)?.Finders ?? [])
            .Select(f => $" CREATE INDEX {view.Name}_by_{f} ON {view.Name} ({f}, {string.Join(", ", KeyColumns(view))});");
        return table + string.Concat(indexes);
    }

    /// <summary>What happens to the columns of a row that is there already.</summary>
    public static string Conflict(View view, ViewDialect words) =>
        $"ON CONFLICT ({string.Join(", ", KeyColumns(view))}) DO UPDATE SET {string.Join(", ", OtherColumns(view).Select(c => $"{c} = {Merged(view, c, words)}"))}";

    private static string Merged(View view, string column, ViewDialect words) => (view as Tally)?.Merge switch
    {
        Merge.Sum => $"{view.Name}.{column} + excluded.{column}",
        Merge.Max => $"{words.Larger}({view.Name}.{column}, excluded.{column})",
        Merge.Or => $"{view.Name}.{column} | excluded.{column}",
        _ => $"excluded.{column}",
    };
}

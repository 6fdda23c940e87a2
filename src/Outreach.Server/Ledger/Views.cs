using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>How the amounts of a tally that meet in one row become one.</summary>
public enum AggregateFunction
{
    /// <summary>They are added.</summary>
    Sum,

    /// <summary>The largest stays.</summary>
    Max,

    /// <summary>Their bits are joined: for sets of up to 62 members.</summary>
    Or,
}

/// <summary>
/// A SQL table that is computed from facts and can be computed again at any time. Declare it once, as a static value, and
/// list it in <see cref="StreamDefinition{TState,TFact}.Views"/>; its table is made from the declaration.
/// </summary>
/// <param name="Name">The table's name: lower-case letters, digits and underscores.</param>
public abstract record View(string Name);

/// <summary>
/// A view of sums: a SQL table with a key of up to three texts and one number, and amounts that facts add to. Its rows
/// are merged in memory for a whole commit before they are written. Declaring it makes its table.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="TextKeys">Names of the text key columns, one to three.</param>
/// <param name="NumberKey">Name of the last, numeric key column, for example a day; null where there is none.</param>
/// <param name="Amounts">Names of the amount columns, 64-bit integers, one to eight.</param>
/// <param name="Aggregate">How amounts become one.</param>
/// <param name="KeyOrder">The key columns as rows are to be found by them; null: the texts and then the number.</param>
public sealed record CounterView(string Name, string[] TextKeys, string? NumberKey, string[] Amounts, AggregateFunction Aggregate = AggregateFunction.Sum, string[]? KeyOrder = null) : View(Name)
{
    /// <summary>Joins more amounts to those of a row.</summary>
    internal void Combine(Span<long> row, ReadOnlySpan<long> more)
    {
        for (var i = 0; i < more.Length; i++)
            row[i] = Aggregate switch
            {
                AggregateFunction.Sum => row[i] + more[i],
                AggregateFunction.Max => Math.Max(row[i], more[i]),
                _ => row[i] | more[i],
            };
    }
}

/// <summary>
/// A view of documents: a SQL table with a key of one to three texts, up to four text columns to find them by (each
/// indexed together with the key), and a JSON text <c>doc</c>. The latest fact wins. Declaring it makes its table.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="Keys">Names of the key columns, one to three.</param>
/// <param name="IndexColumns">Names of the columns to find documents by, none to four.</param>
public sealed record DocumentView(string Name, string[] Keys, string[] IndexColumns) : View(Name);

/// <summary>The key of a view row; parts that a view does not have are left at their defaults.</summary>
public readonly record struct RowKey(string Text1, string Text2 = "", string Text3 = "", long Number = 0);

/// <summary>Gathers what a fact does besides being kept. One fact may call each method many times.</summary>
public abstract class Effects
{
    /// <summary>When what the fact tells happened: the index finds facts by it. At most one span a fact.</summary>
    public abstract void SetOccurred(Instant from, Instant to);

    /// <summary>Finds this fact again by a key, 16 bytes, for ever, with bounded memory: an encounter's or a request's id.</summary>
    public abstract void AddKey(Guid key);

    /// <summary>Merges amounts, in the order of <see cref="CounterView.Amounts"/>, into a row.</summary>
    public abstract void Add(CounterView view, in RowKey key, ReadOnlySpan<long> amounts);

    /// <summary>Sets a document. A <paramref name="doc"/> of null removes it.</summary>
    public abstract void Set(DocumentView view, in RowKey key, string? doc, params ReadOnlySpan<string> finders);

    /// <summary>Something is due: the stream's keeper is woken at or after the instant, at least once, until it is kept.</summary>
    public abstract void Promise(string kind, string key, Instant dueAt);

    /// <summary>What was due is done or no longer matters.</summary>
    public abstract void PromiseDone(string kind, string key);
}

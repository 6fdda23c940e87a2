using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>How amounts with the same key are merged into one row.</summary>
public enum AggregateFunction
{
    /// <summary>They are added.</summary>
    Sum,

    /// <summary>The largest is stored.</summary>
    Max,

    /// <summary>Their bits are combined: for sets of up to 62 members.</summary>
    Or,
}

/// <summary>
/// A SQL table that is computed from events and can be computed again at any time. Declare it once, as a static value, and
/// list it in <see cref="StreamDefinition{TState,TFact}.Views"/>; its table is created from the declaration.
/// </summary>
/// <param name="Name">The table's name: lower-case letters, digits and underscores.</param>
public abstract record View(string Name)
{
    /// <summary>
    /// Raise it when the same events give different rows in the same columns: the next start then refills this view. A
    /// change of columns needs no new version.
    /// </summary>
    public int Version { get; init; } = 1;
}

/// <summary>
/// A view of counters: a SQL table with a key of up to three texts and one number, and amounts that events add to. Its rows
/// are merged in memory for a whole commit before they are written.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="TextKeys">Names of the text key columns, one to three.</param>
/// <param name="NumberKey">Name of the last, numeric key column, for example a day; null for none.</param>
/// <param name="Amounts">Names of the amount columns, 64-bit integers, at least one.</param>
/// <param name="Aggregate">How amounts with the same key are merged.</param>
/// <param name="KeyOrder">The key columns in the order of the primary key; null means the texts, then the number.</param>
public sealed record CounterView(string Name, string[] TextKeys, string? NumberKey, string[] Amounts, AggregateFunction Aggregate = AggregateFunction.Sum, string[]? KeyOrder = null) : View(Name)
{
    /// <summary>Merges more amounts into those of a row.</summary>
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
/// indexed together with the key), and a JSON text <c>doc</c>. The latest event wins.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="Keys">Names of the key columns, one to three.</param>
/// <param name="IndexColumns">Names of the columns to find documents by, none to four.</param>
public sealed record DocumentView(string Name, string[] Keys, string[] IndexColumns) : View(Name);

/// <summary>The key of a view row; parts that a view does not have are left at their defaults.</summary>
public readonly record struct RowKey(string Text1, string Text2 = "", string Text3 = "", long Number = 0);

/// <summary>Collects what an event contributes to views, index and promises. One event may call each method many times.</summary>
public abstract class Effects
{
    /// <summary>Sets when the event occurred, so that the index can find it by time. At most one range per event.</summary>
    public abstract void SetOccurred(Instant from, Instant to);

    /// <summary>Adds a 16-byte key by which this event can always be found: an encounter's or a request's id.</summary>
    public abstract void AddKey(Guid key);

    /// <summary>Merges amounts into a row, in the order of <see cref="CounterView.Amounts"/>.</summary>
    public abstract void Add(CounterView view, in RowKey key, ReadOnlySpan<long> amounts);

    /// <summary>Sets a document. A <paramref name="doc"/> of null removes it.</summary>
    public abstract void Set(DocumentView view, in RowKey key, string? doc, params ReadOnlySpan<string> indexValues);

    /// <summary>
    /// Schedules calls of the category's <see cref="IPromiseHandler"/> from an instant on: at least one, repeated until
    /// <see cref="PromiseDone"/>.
    /// </summary>
    public abstract void Promise(string kind, string key, Instant dueAt);

    /// <summary>Ends a promise, because it was fulfilled or no longer matters.</summary>
    public abstract void PromiseDone(string kind, string key);
}

using System.Runtime.InteropServices;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>
/// The effects of one append's events on views, index and promises, before they are merged with those of other appends.
/// The events of a batch often change the same few rows: additions to recent rows are merged here, which is cheaper.
/// </summary>
internal sealed class AppendEffects(ViewRegistry views) : Effects
{
    /// <summary>The number of latest additions that are searched for the same row: somewhat more than one event makes.</summary>
    private const int MergeWindow = 24;

    private readonly List<long> amounts = [];
    private int factIndex;

    public List<(CounterView View, int Index, RowKey Key, int Amounts)> Additions { get; } = [];

    public List<(int Index, RowKey Key, DocumentRow? Row)> Documents { get; } = [];

    public List<(string Kind, string Key, long? DueAt)> Promises { get; } = [];

    public List<Guid> Keys { get; } = [];

    /// <summary>For each key the index of its event in the append, from 0.</summary>
    public List<int> KeyFacts { get; } = [];

    /// <summary>The earliest time at which an event occurred, in ticks since 1970; <see cref="long.MaxValue"/> if none has a time.</summary>
    public long OccurredFrom { get; private set; } = long.MaxValue;

    /// <summary>The latest time at which an event occurred, in ticks since 1970; <see cref="long.MinValue"/> if none has a time.</summary>
    public long OccurredTo { get; private set; } = long.MinValue;

    public ReadOnlySpan<long> GetAmounts(CounterView view, int at) => CollectionsMarshal.AsSpan(amounts).Slice(at, view.Amounts.Length);

    /// <summary>Assigns the effects that follow to the event with this index in the append, from 0.</summary>
    public void BeginFact(int index) => factIndex = index;

    /// <summary>Removes all effects and keeps the allocated memory.</summary>
    public void Clear()
    {
        Additions.Clear();
        Documents.Clear();
        Promises.Clear();
        Keys.Clear();
        KeyFacts.Clear();
        amounts.Clear();
        (OccurredFrom, OccurredTo) = (long.MaxValue, long.MinValue);
    }

    public override void SetOccurred(Instant from, Instant to)
    {
        OccurredFrom = Math.Min(OccurredFrom, from.ToUnixTimeTicks());
        OccurredTo = Math.Max(OccurredTo, to.ToUnixTimeTicks());
    }

    public override void AddKey(Guid key)
    {
        for (var i = Keys.Count - 1; i >= 0 && KeyFacts[i] == factIndex; i--)
            if (Keys[i] == key)
                return;
        Keys.Add(key);
        KeyFacts.Add(factIndex);
    }

    public override void Add(CounterView view, in RowKey key, ReadOnlySpan<long> amounts)
    {
        if (amounts.Length != view.Amounts.Length)
            throw new ArgumentException($"A row of {view.Name} has {view.Amounts.Length} amounts; {amounts.Length} were given.", nameof(amounts));
        var recent = CollectionsMarshal.AsSpan(Additions);
        for (var i = recent.Length - 1; i >= Math.Max(0, recent.Length - MergeWindow); i--)
            if (ReferenceEquals(recent[i].View, view) && recent[i].Key == key)
            {
                view.Combine(CollectionsMarshal.AsSpan(this.amounts).Slice(recent[i].Amounts, amounts.Length), amounts);
                return;
            }
        Additions.Add((view, views.IndexOf(view), key, this.amounts.Count));
        this.amounts.AddRange(amounts);
    }

    public override void Set(DocumentView view, in RowKey key, string? doc, params ReadOnlySpan<string> indexValues)
    {
        if (doc is not null && indexValues.Length != view.IndexColumns.Length)
            throw new ArgumentException($"A row of {view.Name} has {view.IndexColumns.Length} index values; {indexValues.Length} were given.", nameof(indexValues));
        Documents.Add((views.IndexOf(view), key, doc is null ? null : new DocumentRow(doc, indexValues.ToArray())));
    }

    public override void Promise(string kind, string key, Instant dueAt) => Promises.Add((kind, key, dueAt.ToUnixTimeTicks()));

    public override void PromiseDone(string kind, string key) => Promises.Add((kind, key, null));
}

/// <summary>A document and the values of its index columns.</summary>
internal sealed record DocumentRow(string Doc, string[] IndexValues);

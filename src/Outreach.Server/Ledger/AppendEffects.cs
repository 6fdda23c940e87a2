using System.Runtime.InteropServices;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>
/// What the facts of one append do besides being kept, before it is merged with that of others. The facts of a batch tell
/// of the same few rows one after the other: those that were told of lately are merged here, which is cheaper.
/// </summary>
internal sealed class AppendEffects(ViewRegistry views) : Effects
{
    /// <summary>How many additions are looked through: rather more than one fact makes.</summary>
    private const int MergeWindow = 24;

    private readonly List<long> amounts = [];
    private int factIndex;

    public List<(CounterView View, int Index, RowKey Key, int Amounts)> Additions { get; } = [];

    public List<(int Index, RowKey Key, DocumentRow? Row)> Documents { get; } = [];

    public List<(string Kind, string Key, long? DueAt)> Promises { get; } = [];

    public List<Guid> Keys { get; } = [];

    /// <summary>For each key the fact that carries it, counted from 0.</summary>
    public List<int> KeyFacts { get; } = [];

    /// <summary>The earliest moment told of, in ticks since 1970; <see cref="long.MaxValue"/> where there is none.</summary>
    public long OccurredFrom { get; private set; } = long.MaxValue;

    /// <summary>The latest moment told of; <see cref="long.MinValue"/> where there is none.</summary>
    public long OccurredTo { get; private set; } = long.MinValue;

    /// <summary>The amounts of an addition.</summary>
    public ReadOnlySpan<long> GetAmounts(CounterView view, int at) => CollectionsMarshal.AsSpan(amounts).Slice(at, view.Amounts.Length);

    /// <summary>What follows is told by this fact of the append, counted from 0.</summary>
    public void BeginFact(int index) => factIndex = index;

    /// <summary>Forgets everything and keeps the room.</summary>
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
        var told = CollectionsMarshal.AsSpan(Additions);
        for (var i = told.Length - 1; i >= Math.Max(0, told.Length - MergeWindow); i--)
            if (ReferenceEquals(told[i].View, view) && told[i].Key == key)
            {
                view.Combine(CollectionsMarshal.AsSpan(this.amounts).Slice(told[i].Amounts, amounts.Length), amounts);
                return;
            }
        Additions.Add((view, views.IndexOf(view), key, this.amounts.Count));
        this.amounts.AddRange(amounts);
    }

    public override void Set(DocumentView view, in RowKey key, string? doc, params ReadOnlySpan<string> finders)
    {
        if (doc is not null && finders.Length != view.IndexColumns.Length)
            throw new ArgumentException($"A row of {view.Name} has {view.IndexColumns.Length} finders; {finders.Length} were given.", nameof(finders));
        Documents.Add((views.IndexOf(view), key, doc is null ? null : new DocumentRow(doc, finders.ToArray())));
    }

    public override void Promise(string kind, string key, Instant dueAt) => Promises.Add((kind, key, dueAt.ToUnixTimeTicks()));

    public override void PromiseDone(string kind, string key) => Promises.Add((kind, key, null));
}

/// <summary>A document and what it is found by.</summary>
internal sealed record DocumentRow(string Doc, string[] IndexValues);

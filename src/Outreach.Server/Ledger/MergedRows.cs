using System.Runtime.InteropServices;

namespace Outreach.Server.Ledger;

/// <summary>The rows of views and promises that a commit or a batch of a replay writes, each row once. Reused between batches.</summary>
internal sealed class MergedRows
{
    private readonly ViewRegistry registry;
    private readonly bool includesPromises;
    private readonly MergedCounterRows?[] counters;
    private readonly Dictionary<RowKey, DocumentRow?>?[] documents;

    /// <param name="scope">What to merge; effects on anything else are ignored.</param>
    public MergedRows(ViewRegistry registry, ReplayScope scope)
    {
        (this.registry, includesPromises) = (registry, scope.IncludesIndex);
        counters = [.. registry.All.Select(v => v is CounterView c && scope.Includes(v) ? new MergedCounterRows(c) : null)];
        documents = [.. registry.All.Select(v => v is DocumentView && scope.Includes(v) ? new Dictionary<RowKey, DocumentRow?>(RowKeyComparer.Instance) : null)];
    }

    /// <summary>The number of rows to write, of all kinds.</summary>
    public int Count => counters.Sum(c => c?.Count ?? 0) + documents.Sum(d => d?.Count ?? 0) + Promises.Count;

    /// <summary>The rows of each counter view that changes.</summary>
    public IEnumerable<(int Index, MergedCounterRows Rows)> Counters => counters.Index().Where(t => t.Item is { Count: > 0 }).Select(t => (t.Index, t.Item!));

    /// <summary>The documents of each view that changes; null removes a document.</summary>
    public IEnumerable<(int Index, DocumentView View, Dictionary<RowKey, DocumentRow?> Rows)> Documents =>
        documents.Index().Where(c => c.Item is { Count: > 0 }).Select(c => (c.Index, (DocumentView)registry.All[c.Index], c.Item!));

    /// <summary>When each promise is due, in ticks since 1970; null ends the promise.</summary>
    public Dictionary<(string Stream, string Kind, string Key), long?> Promises { get; } = [];

    public void Clear()
    {
        foreach (var rows in counters)
            rows?.Clear();
        foreach (var rows in documents)
            rows?.Clear();
        Promises.Clear();
    }

    /// <summary>Merges the effects of one append. Call it in the order in which appends are stored.</summary>
    public void Merge(string stream, AppendEffects effects)
    {
        foreach (var (view, index, key, at) in CollectionsMarshal.AsSpan(effects.Additions))
            counters[index]?.Merge(key, effects.GetAmounts(view, at));
        foreach (var (index, key, row) in CollectionsMarshal.AsSpan(effects.Documents))
            documents[index]?[key] = row;
        if (!includesPromises)
            return;
        foreach (var (kind, key, due) in CollectionsMarshal.AsSpan(effects.Promises))
            Promises[(stream, kind, key)] = due;
    }
}

/// <summary>The merged rows of one counter view.</summary>
internal sealed class MergedCounterRows(CounterView view)
{
    private readonly Dictionary<RowKey, int> rows = new(RowKeyComparer.Instance);
    private readonly List<long> amounts = [];

    public CounterView View => view;

    public int Count => rows.Count;

    /// <summary>Each row's key and the index of its first amount.</summary>
    public Dictionary<RowKey, int> Rows => rows;

    public ReadOnlySpan<long> GetAmounts(int at) => CollectionsMarshal.AsSpan(amounts).Slice(at, view.Amounts.Length);

    public void Clear()
    {
        rows.Clear();
        amounts.Clear();
    }

    public void Merge(in RowKey key, ReadOnlySpan<long> added)
    {
        ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, key, out var exists);
        if (!exists)
        {
            at = amounts.Count;
            amounts.AddRange(added);
            return;
        }
        view.Combine(CollectionsMarshal.AsSpan(amounts).Slice(at, added.Length), added);
    }
}

internal sealed class RowKeyComparer : IEqualityComparer<RowKey>
{
    public static readonly RowKeyComparer Instance = new();

    public bool Equals(RowKey x, RowKey y) => x.Number == y.Number && x.Text1 == y.Text1 && x.Text2 == y.Text2 && x.Text3 == y.Text3;

    public int GetHashCode(RowKey key) =>
        HashCode.Combine(key.Text1.GetHashCode(), key.Text2.Length == 0 ? 0 : key.Text2.GetHashCode(), key.Text3.Length == 0 ? 0 : key.Text3.GetHashCode(), key.Number);
}

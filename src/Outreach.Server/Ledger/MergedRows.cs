using System.Runtime.InteropServices;

namespace Outreach.Server.Ledger;

/// <summary>What a whole commit does to views and promises, each row once. It is used again for the next.</summary>
internal sealed class MergedRows
{
    private readonly ViewCatalog catalog;
    private readonly MergedTally?[] tallies;
    private readonly Dictionary<RowKey, CardRow?>?[] cards;

    public MergedRows(ViewCatalog catalog)
    {
        this.catalog = catalog;
        tallies = [.. catalog.All.Select(v => v is Tally t ? new MergedTally(t) : null)];
        cards = [.. catalog.All.Select(v => v is Card ? new Dictionary<RowKey, CardRow?>(RowKeyComparer.Instance) : null)];
    }

    /// <summary>Rows to write, of all kinds.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that tallies change, for each view that changes.</summary>
    public IEnumerable<(int Index, MergedTally Rows)> Tallies => tallies.Index().Where(t => t.Item is { Count: > 0 }).Select(t => (t.Index, t.Item!));

    /// <summary>Documents that are set, or removed where null, for each view that changes.</summary>
    public IEnumerable<(int Index, Card View, Dictionary<RowKey, CardRow?> Rows)> Cards =>
        cards.Index().Where(c => c.Item is { Count: > 0 }).Select(c => (c.Index, (Card)catalog.All[c.Index], c.Item!));

    /// <summary>What becomes due when, in ticks since 1970; null: it is kept.</summary>
    public Dictionary<(string Stream, string Kind, string Key), long?> Promises { get; } = [];

    public void Clear()
    {
        foreach (var tally in tallies)
            tally?.Clear();
        foreach (var card in cards)
            card?.Clear();
        Promises.Clear();
        Count = 0;
    }

    /// <summary>Merges what one append does. Appends come in the order they are stored.</summary>
    public void Merge(string stream, Gathered effects)
    {
        foreach (var (view, index, key, at) in CollectionsMarshal.AsSpan(effects.Additions))
            tallies[index]!.Merge(key, effects.AmountsOf(view, at));
        foreach (var (index, key, row) in CollectionsMarshal.AsSpan(effects.Cards))
            cards[index]![key] = row;
        foreach (var (kind, key, due) in CollectionsMarshal.AsSpan(effects.Promises))
            Promises[(stream, kind, key)] = due;
        Count += effects.Additions.Count + effects.Cards.Count + effects.Promises.Count;
    }
}

/// <summary>The rows of one tally, merged.</summary>
internal sealed class MergedTally(Tally view)
{
    private readonly Dictionary<RowKey, int> rows = new(RowKeyComparer.Instance);
    private readonly List<long> amounts = [];

    public Tally View => view;

    public int Count => rows.Count;

    /// <summary>Each row's key, and where its amounts begin.</summary>
    public Dictionary<RowKey, int> Rows => rows;

    public ReadOnlySpan<long> Amounts(int at) => CollectionsMarshal.AsSpan(amounts).Slice(at, view.Amounts.Length);

    public void Clear()
    {
        rows.Clear();
        amounts.Clear();
    }

    public void Merge(in RowKey key, ReadOnlySpan<long> more)
    {
        ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, key, out var there);
        if (!there)
        {
            at = amounts.Count;
            amounts.AddRange(more);
            return;
        }
        view.Join(CollectionsMarshal.AsSpan(amounts).Slice(at, more.Length), more);
    }
}

internal sealed class RowKeyComparer : IEqualityComparer<RowKey>
{
    public static readonly RowKeyComparer Instance = new();

    public bool Equals(RowKey x, RowKey y) => x.N == y.N && x.A == y.A && x.B == y.B && x.C == y.C;

    public int GetHashCode(RowKey key) =>
        HashCode.Combine(key.A.GetHashCode(), key.B.Length == 0 ? 0 : key.B.GetHashCode(), key.C.Length == 0 ? 0 : key.C.GetHashCode(), key.N);
}

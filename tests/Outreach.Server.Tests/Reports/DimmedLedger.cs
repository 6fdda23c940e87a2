using System.Data.Common;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Reports;

/// <summary>A ledger whose views cannot be read for a while, as when its store is away.</summary>
internal sealed class DimmedLedger(ILedger inner) : ILedger
{
    private volatile bool dark;

    /// <summary>Whether they cannot be read now.</summary>
    public bool Dark
    {
        get => dark;
        set => dark = value;
    }

    public long Position => inner.Position;

    public Task<DbConnection> OpenViewsAsync(CancellationToken cancel) =>
        dark ? throw new StoreUnavailableException("The store is away.") : inner.OpenViewsAsync(cancel);

    public IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel) => inner.FollowAsync(afterPosition, cancel);

    public Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(Family<TState, TFact> family, string id, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.OpenAsync(family, id, cancel);

    public IAsyncEnumerable<Recorded<TFact>> ReadAsync<TState, TFact>(
        Family<TState, TFact> family, string id, long fromVersion, long toVersion, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadAsync(family, id, fromVersion, toVersion, cancel);

    public IAsyncEnumerable<IReadOnlyList<Recorded<TFact>>> ReadBackAsync<TState, TFact>(
        Family<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadBackAsync(family, id, belowVersion, from, to, cancel);

    public IAsyncEnumerable<(long Position, IReadOnlyList<Recorded<TFact>> Facts)> ReadFamilyBackAsync<TState, TFact>(
        Family<TState, TFact> family, long belowPosition, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadFamilyBackAsync(family, belowPosition, cancel);

    public Task<IReadOnlyDictionary<Guid, long[]>> FindAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel) =>
        inner.FindAsync(stream, keys, cancel);
}

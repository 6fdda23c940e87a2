using System.Data.Common;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Reports;

/// <summary>A ledger whose views can be made unreadable, as when its store is unavailable.</summary>
internal sealed class FailingViewsLedger(ILedger inner) : ILedger
{
    private volatile bool failing;

    /// <summary>True while the views cannot be read.</summary>
    public bool Failing
    {
        get => failing;
        set => failing = value;
    }

    public long Position => inner.Position;

    public Task<DbConnection> OpenViewsAsync(CancellationToken cancel) =>
        failing ? throw new StoreUnavailableException("The store is unavailable.") : inner.OpenViewsAsync(cancel);

    public IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel) => inner.FollowAsync(afterPosition, cancel);

    public Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(StreamDefinition<TState, TFact> family, string id, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.OpenAsync(family, id, cancel);

    public IAsyncEnumerable<RecordedFact<TFact>> ReadAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long fromVersion, long toVersion, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadAsync(family, id, fromVersion, toVersion, cancel);

    public IAsyncEnumerable<IReadOnlyList<RecordedFact<TFact>>> ReadBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, bool skipDamaged, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadBackwardsAsync(family, id, belowVersion, from, to, skipDamaged, cancel);

    public IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<TFact>> Facts)> ReadCategoryBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, long belowPosition, CancellationToken cancel)
        where TState : class
        where TFact : class => inner.ReadCategoryBackwardsAsync(family, belowPosition, cancel);

    public Task<IReadOnlyDictionary<Guid, long[]>> FindVersionsAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel) =>
        inner.FindVersionsAsync(stream, keys, cancel);
}

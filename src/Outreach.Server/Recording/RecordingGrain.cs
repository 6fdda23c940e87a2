using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording;

/// <summary>A grain that records each request exactly once: a repeated request gets the first answer from the ledger, however late it comes.</summary>
/// <remarks>
/// <para>
/// Nothing may be awaited between looking up an id with <see cref="TryGetVersion"/>, deciding on the state, and appending:
/// then the next call sees the new state, and no request is recorded twice.
/// </para>
/// <para>
/// Recently recorded ids are in memory, and ids created later than these are certainly new. Only other ids are looked up
/// in the ledger, with <see cref="FindVersionsAsync"/>, before the steps above.
/// </para>
/// </remarks>
public abstract class RecordingGrain<TState, TEvent>(ILedger ledger, StreamDefinition<TState, TEvent> definition, IClock clock)
    : LedgerGrain<TState, TEvent>(ledger, definition, clock)
    where TState : class, IRecordingState
    where TEvent : class, IRecordedEvent
{
    private RecentIds recentIds = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        recentIds = new RecentIds(State.Ids);
    }

    /// <summary>Decides on a request and records the decision, or gives a repeated request its first answer.</summary>
    /// <param name="decide">The rule: one event or a refusal.</param>
    /// <param name="answer">Reads the answer from the event; null for an event of another kind of request.</param>
    /// <returns>The answer, the rule's refusal, or the refusal REQUEST_ID_TAKEN.</returns>
    protected async Task<Result<T>> RecordOnceAsync<T>(
        Guid requestId, ContentHash content, Func<Instant, Decision<TEvent>> decide, Func<RecordedFact<TEvent>, T?> answer)
        where T : class
    {
        var found = await FindVersionsAsync([requestId], static id => id);
        if (TryGetVersion(requestId, found, out var version))
            return await AnswerRepeatAsync(requestId, content, found?.GetValueOrDefault(requestId) ?? [version], answer);

        var now = Now;
        var decision = decide(now);
        // A refusal waits too: it may depend on events that are not durable yet and could still fail.
        var recorded = await AppendAsync(decision.Facts, now);
        return decision.Refusal is { } refusal ? refusal : answer(new RecordedFact<TEvent>(StreamId, recorded, now, decision.Facts[0]))!;
    }

    /// <summary>The first answer to a request; null if it was never recorded; REQUEST_ID_TAKEN if another request has its id.</summary>
    protected async Task<Result<T>?> FindAnswerAsync<T>(Guid requestId, ContentHash content, Func<RecordedFact<TEvent>, T?> answer)
        where T : class
    {
        var found = await FindVersionsAsync([requestId], static id => id);
        return TryGetVersion(requestId, found, out var version)
            ? await AnswerRepeatAsync(requestId, content, found?.GetValueOrDefault(requestId) ?? [version], answer)
            : null;
    }

    /// <summary>
    /// Looks up in the ledger those ids that may have been recorded; null if there are none. The versions of ids in memory are
    /// returned too, because they may be removed from memory meanwhile.
    /// </summary>
    protected async ValueTask<IReadOnlyDictionary<Guid, long[]>?> FindVersionsAsync<T>(EquatableList<T> items, Func<T, Guid> getId)
    {
        List<Guid>? unsure = null;
        foreach (var item in items)
        {
            if (MayBeRecorded(getId(item)))
                (unsure ??= []).Add(getId(item));
        }

        if (unsure is null)
            return null;

        var found = new Dictionary<Guid, long[]>();
        foreach (var item in items)
        {
            if (recentIds.TryGetVersion(getId(item), out var version))
                found[getId(item)] = [version];
        }

        var durable = DurableVersion;
        recentIds.BeginQuery(durable);
        try
        {
            foreach (var (id, versions) in await FindInLedgerAsync(unsure))
                found[id] = versions;
        }
        finally
        {
            recentIds.EndQuery(durable);
        }

        return found;
    }

    /// <summary>The version that first recorded an id.</summary>
    /// <param name="found">The result of <see cref="FindVersionsAsync"/>.</param>
    protected bool TryGetVersion(Guid id, IReadOnlyDictionary<Guid, long[]>? found, out long version)
    {
        if (recentIds.TryGetVersion(id, out version))
            return true;

        version = found is not null && found.TryGetValue(id, out var versions) ? versions.Min() : 0;
        return version > 0;
    }

    /// <summary>Remembers an id of an event that is about to be appended, so that a repeated id in the same batch is recognized.</summary>
    protected void AddRecentId(Guid id, long version, Instant now) => recentIds.Add(id, version, now);

    /// <summary>True if an id was used for something other than a record.</summary>
    protected async Task<bool> IsRequestIdTakenAsync(Guid requestId, Guid recordId)
    {
        var found = await FindInLedgerAsync([requestId]);
        if (!found.TryGetValue(requestId, out var versions))
            return false;

        foreach (var recorded in (await ReadVersionsAsync(versions)).Values)
        {
            var keys = recorded.Fact.GetIdempotencyKeys();
            if (keys.Request == requestId && keys.Record != recordId)
                return true;
        }

        return false;
    }

    /// <summary>Durable events by version, in order.</summary>
    protected async Task<SortedDictionary<long, RecordedFact<TEvent>>> ReadVersionsAsync(IEnumerable<long> versions)
    {
        var facts = new SortedDictionary<long, RecordedFact<TEvent>>();
        await foreach (var recorded in Ledger.ReadVersionsAsync(Definition, StreamId, versions))
            facts[recorded.Version] = recorded;
        return facts;
    }

    protected sealed override async Task<long> AppendAsync(IReadOnlyList<TEvent> facts, Instant now, TState? folded = null)
    {
        var before = Version;
        for (var i = 0; i < facts.Count; i++)
            AddRecentIds(facts[i].GetIdempotencyKeys(), before + 1 + i, now);
        var appended = base.AppendAsync(facts, now, folded);
        if (facts.Count > 0 && Version == before) // It was not taken.
            recentIds.RemoveFrom(before + 1);
        var last = await appended;
        recentIds.Trim(DurableVersion, State.Ids, now);
        return last;
    }

    private void AddRecentIds(in IdempotencyKeys keys, long version, Instant now)
    {
        if (keys.Record is { } record)
            recentIds.Add(record, version, now);
        if (keys.Request is { } request)
            recentIds.Add(request, version, now);
    }

    private async Task<Result<T>> AnswerRepeatAsync<T>(Guid requestId, ContentHash content, long[] versions, Func<RecordedFact<TEvent>, T?> answer)
        where T : class
    {
        await AppendAsync([]); // Until the original is durable.
        foreach (var recorded in (await ReadVersionsAsync(versions)).Values)
        {
            var keys = recorded.Fact.GetIdempotencyKeys();
            if (keys.Request == requestId && keys.Content == content && answer(recorded) is { } repeated)
                return repeated;
        }

        return Refusal.RequestIdTaken(requestId);
    }

    private bool MayBeRecorded(Guid id) => !recentIds.TryGetVersion(id, out _) && !recentIds.IsNew(id, State.Ids);

    private Task<IReadOnlyDictionary<Guid, long[]>> FindInLedgerAsync(IReadOnlyCollection<Guid> ids) =>
        Ledger.FindVersionsAsync(StreamName.Create(Definition.Category, StreamId), ids, default);
}

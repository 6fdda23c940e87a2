using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording;

/// <summary>A grain that records each request once, for ever: a repetition is answered from the ledger, as the first time.</summary>
/// <remarks>
/// <para>
/// Between looking an id up in <see cref="TryGetVersion"/>, deciding on the state, and appending, nothing may be awaited: then
/// the next call sees the state to come, and no request is recorded twice.
/// </para>
/// <para>
/// Ids that were recorded lately are kept in memory, and of ids made since then it is certain that they are new. Only for
/// others is the ledger asked, by <see cref="FindVersionsAsync"/>, before the rest.
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

    /// <summary>Decides on a request and records what was decided, or answers a repetition as the first time.</summary>
    /// <param name="decide">The rule: one event or a refusal.</param>
    /// <param name="answer">The answer from the event; null for an event that no such request makes.</param>
    /// <returns>The answer, or the rule's refusal, or REQUEST_ID_TAKEN.</returns>
    protected async Task<Result<T>> RecordOnceAsync<T>(
        Guid requestId, ContentHash content, Func<Instant, Decision<TEvent>> decide, Func<RecordedFact<TEvent>, T?> answer)
        where T : class
    {
        var found = await FindVersionsAsync([requestId], static id => id);
        if (TryGetVersion(requestId, found, out var version))
            return await AnswerRepeatAsync(requestId, content, found?.GetValueOrDefault(requestId) ?? [version], answer);

        var now = Now;
        var decision = decide(now);
        // A refusal waits too: what it is about may not be durable yet, and fail.
        var recorded = await AppendAsync(decision.Facts, now);
        return decision.Refusal is { } refusal ? refusal : answer(new RecordedFact<TEvent>(StreamId, recorded, now, decision.Facts[0]))!;
    }

    /// <summary>What was answered to a request; null where it was never recorded, REQUEST_ID_TAKEN where another was under its id.</summary>
    protected async Task<Result<T>?> FindAnswerAsync<T>(Guid requestId, ContentHash content, Func<RecordedFact<TEvent>, T?> answer)
        where T : class
    {
        var found = await FindVersionsAsync([requestId], static id => id);
        return TryGetVersion(requestId, found, out var version)
            ? await AnswerRepeatAsync(requestId, content, found?.GetValueOrDefault(requestId) ?? [version], answer)
            : null;
    }

    /// <summary>
    /// Looks up those ids that may have been recorded, in the ledger. Null where there are none. What is at hand of the other
    /// ids is returned too, because it may be forgotten meanwhile.
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
    /// <param name="found">What <see cref="FindVersionsAsync"/> found.</param>
    protected bool TryGetVersion(Guid id, IReadOnlyDictionary<Guid, long[]>? found, out long version)
    {
        if (recentIds.TryGetVersion(id, out version))
            return true;

        version = found is not null && found.TryGetValue(id, out var versions) ? versions.Min() : 0;
        return version > 0;
    }

    /// <summary>Notes an id of an event that is about to be appended, so that a repetition in the same batch is recognized.</summary>
    protected void AddRecentId(Guid id, long version, Instant now) => recentIds.Add(id, version, now);

    /// <summary>Whether a request's id was used for something else than a record.</summary>
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

    /// <summary>Durable facts by version, in order.</summary>
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

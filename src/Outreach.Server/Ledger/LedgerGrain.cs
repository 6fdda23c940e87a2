using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Server.Ledger;

/// <summary>A grain that is the only writer of one stream. It decides on the folded state, and returns only what is already durable.</summary>
/// <param name="ledger">The ledger with the stream.</param>
/// <param name="definition">The kind of stream.</param>
/// <param name="clock">The source of recording times.</param>
public abstract class LedgerGrain<TState, TFact>(ILedger ledger, StreamDefinition<TState, TFact> definition, IClock clock) : Grain
    where TState : class
    where TFact : class
{
    private Journal<TState, TFact> journal = null!;

    /// <summary>The stream's id within its category.</summary>
    protected virtual string StreamId => this.GetPrimaryKeyString();

    /// <summary>The state after every event so far, durable or not.</summary>
    protected TState State => journal.State;

    /// <summary>The version of the last event so far, durable or not; 0 for an empty stream.</summary>
    protected long Version => journal.Version;

    /// <summary>The last version that is durable.</summary>
    protected long DurableVersion => journal.DurableVersion;

    protected ILedger Ledger => ledger;

    protected StreamDefinition<TState, TFact> Definition => definition;

    protected Instant Now => clock.GetCurrentInstant();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(definition, StreamId, cancellationToken);

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        journal is null ? Task.CompletedTask : journal.CloseAsync();

    /// <summary>Records a rule's decision and returns an answer from the state after it, or the rule's refusal.</summary>
    /// <param name="decision">The decision of the rule on <see cref="State"/>.</param>
    /// <param name="answer">Reads the answer from the state; must not return null unless the rule refused.</param>
    protected async Task<Result<T>> RecordAsync<T>(Decision<TFact> decision, Func<TState, T?> answer)
        where T : class
    {
        var durable = AppendAsync(decision.Facts);
        var answered = answer(State);
        // A refusal waits too: it may depend on events that are not durable yet and could still fail.
        await durable;
        return decision.Refusal is { } refusal ? refusal : answered!;
    }

    /// <summary>
    /// Appends events as one unit, and completes when they are durable. With no events, completes when all earlier appends
    /// are durable.
    /// </summary>
    protected Task<long> AppendAsync(IReadOnlyList<TFact> facts) => AppendAsync(facts, Now);

    /// <inheritdoc cref="Journal{TState,TFact}.AppendAsync"/>
    protected virtual async Task<long> AppendAsync(IReadOnlyList<TFact> facts, Instant now, TState? folded = null)
    {
        try
        {
            return await journal.AppendAsync(facts, now, folded);
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}

using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Server.Ledger;

/// <summary>A grain that keeps one stream: it decides on the state at hand, and answers only after what it tells is durable.</summary>
/// <param name="ledger">Where the stream is.</param>
/// <param name="family">The kind of stream.</param>
/// <param name="clock">Tells when facts are recorded.</param>
public abstract class LedgerGrain<TState, TFact>(ILedger ledger, StreamDefinition<TState, TFact> family, IClock clock) : Grain
    where TState : class
    where TFact : class
{
    private Journal<TState, TFact> journal = null!;

    /// <summary>The state after every fact so far, durable or not.</summary>
    protected TState State => journal.State;

    /// <summary>The stream's id within its family.</summary>
    protected virtual string StreamId => this.GetPrimaryKeyString();

    /// <summary>This moment.</summary>
    protected Instant Now => clock.GetCurrentInstant();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(family, StreamId, cancellationToken);

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        journal is null ? Task.CompletedTask : journal.CloseAsync();

    /// <summary>Records what a rule decided and answers from the state after it, or refuses as the rule did.</summary>
    /// <param name="decision">What the rule decided, on <see cref="State"/> as it is.</param>
    /// <param name="answer">The answer; not null where nothing was refused.</param>
    protected async Task<Result<T>> RecordAsync<T>(Decision<TFact> decision, Func<TState, T?> answer)
        where T : class
    {
        var durable = AppendAsync(decision.Facts);
        var answered = answer(State);
        // A refusal waits too: what it is about may be on its way to the disk, and fail.
        await durable;
        return decision.Refusal is { } refusal ? refusal : answered!;
    }

    /// <summary>Appends facts as one, and completes when they are durable. No facts: completes when all before are.</summary>
    protected async Task AppendAsync(IReadOnlyList<TFact> facts)
    {
        try
        {
            await journal.AppendAsync(facts, Now);
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}

using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IPersonGrain"/>
public sealed class PersonGrain(ILedger ledger, IClock clock) : Grain, IPersonGrain
{
    private Journal<PersonState, PersonEvent> journal = null!;

    private PersonId Id => new(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(PersonFamily.Instance, this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public Task<Outcome<PersonEntry>> AddAsync(Person person) =>
        RecordAsync(PersonRules.Add(journal.State, person), state => state.Entry);

    public Task<Outcome<PersonEntry>> ChangeAsync(Person wanted, PersonSettings which, long? seen, bool othersAdminister) =>
        RecordAsync(PersonRules.Change(journal.State, wanted, which, seen, othersAdminister), state => state.Entry);

    public Task<Outcome<PersonEntry>> EndAsync(string reason, long? seen, bool othersAdminister) =>
        RecordAsync(PersonRules.End(journal.State, Id, reason, seen, othersAdminister), state => state.Entry);

    public Task<Outcome<PersonEntry>> MakeCodeAsync(OpenCode code) =>
        RecordAsync(PersonRules.MakeCode(journal.State, Id, code), state => state.Entry);

    public Task<Outcome<SpentCode>> UseCodeAsync(SecretMark mark, Guid requestId, EnrolledId device) =>
        RecordAsync(PersonRules.UseCode(journal.State, mark, requestId, device, clock.GetCurrentInstant()), state => state.Spent);

    private async Task<Outcome<T>> RecordAsync<T>(Decision<PersonEvent> decision, Func<PersonState, T?> answer)
        where T : class
    {
        try
        {
            var durable = journal.Append(decision.Facts, clock.GetCurrentInstant());
            var answered = answer(journal.State);
            // A refusal waits too: what it is about may be on its way to the disk, and fail.
            await durable;
            return decision.Refusal is { } refusal ? refusal : answered!;
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}

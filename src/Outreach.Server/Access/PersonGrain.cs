using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IPersonGrain"/>
public sealed class PersonGrain(ILedger ledger, IClock clock) : LedgerGrain<PersonState, PersonEvent>(ledger, PersonStreamDefinition.Instance, clock), IPersonGrain
{
    private PersonId Id => new(this.GetPrimaryKeyString());

    public Task<Result<PersonEntry>> AddAsync(Person person) =>
        RecordAsync(PersonRules.Add(State, person), state => state.Entry);

    public Task<Result<PersonEntry>> ChangeAsync(Person wanted, PersonFields which, long? seen, bool othersAdminister) =>
        RecordAsync(PersonRules.Change(State, wanted, which, seen, othersAdminister), state => state.Entry);

    public Task<Result<PersonEntry>> EndAsync(string reason, long? seen, bool othersAdminister) =>
        RecordAsync(PersonRules.End(State, Id, reason, seen, othersAdminister), state => state.Entry);

    public Task<Result<PersonEntry>> MakeCodeAsync(OpenCode code) =>
        RecordAsync(PersonRules.MakeCode(State, Id, code), state => state.Entry);

    public Task<Result<SpentCode>> UseCodeAsync(SecretHash mark, Guid requestId, EnrolledDeviceId device) =>
        RecordAsync(PersonRules.UseCode(State, mark, requestId, device, Now), state => state.Spent);
}

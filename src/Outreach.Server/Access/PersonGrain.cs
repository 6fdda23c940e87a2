using NodaTime;
using Orleans.Concurrency;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>The single writer of a person's settings and codes; its key is the person's id. It returns when everything is durable.</summary>
[Alias("outreach.person")]
public interface IPersonGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="PersonRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<Versioned<Person>>> AddAsync(Person person);

    /// <inheritdoc cref="PersonRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<Versioned<Person>>> ChangeAsync(SettingsUpdate<Person> update, bool othersAdminister);

    /// <inheritdoc cref="PersonRules.End"/>
    [Alias("end"), AlwaysInterleave]
    Task<Result<Versioned<Person>>> EndAsync(string reason, long? expectedVersion, bool othersAdminister);

    /// <inheritdoc cref="PersonRules.MakeCode"/>
    [Alias("make-code"), AlwaysInterleave]
    Task<Result<Versioned<Person>>> MakeCodeAsync(UsableEnrollmentCode code);

    /// <inheritdoc cref="PersonRules.UseCode"/>
    /// <returns>The device that the code enrolls. If the same request used the code before, the device of the first time.</returns>
    [Alias("use-code"), AlwaysInterleave]
    Task<Result<UsedEnrollmentCode>> UseCodeAsync(SecretHash code, Guid requestId, EnrolledDeviceId device);
}

/// <inheritdoc cref="IPersonGrain"/>
public sealed class PersonGrain(ILedger ledger, IClock clock)
    : LedgerGrain<PersonState, PersonEvent>(ledger, PersonStreamDefinition.Instance, clock), IPersonGrain
{
    private PersonId Id => new(this.GetPrimaryKeyString());

    public Task<Result<Versioned<Person>>> AddAsync(Person person) => RecordAsync(PersonRules.Add(State, person), state => state.Current);

    public Task<Result<Versioned<Person>>> ChangeAsync(SettingsUpdate<Person> update, bool othersAdminister) => RecordAsync(
        PersonRules.Change(State, update.Value.Id, person => PersonFields.All.Merge(person, update), update.ExpectedVersion, othersAdminister),
        state => state.Current);

    public Task<Result<Versioned<Person>>> EndAsync(string reason, long? expectedVersion, bool othersAdminister) =>
        RecordAsync(PersonRules.End(State, Id, reason, expectedVersion, othersAdminister), state => state.Current);

    public Task<Result<Versioned<Person>>> MakeCodeAsync(UsableEnrollmentCode code) => RecordAsync(PersonRules.MakeCode(State, Id, code), state => state.Current);

    public Task<Result<UsedEnrollmentCode>> UseCodeAsync(SecretHash code, Guid requestId, EnrolledDeviceId device) =>
        RecordAsync(PersonRules.UseCode(State, code, requestId, device, Now), state => state.Spent);
}

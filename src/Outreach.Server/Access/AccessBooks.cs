using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Organizations at hand, for those who decide by them.</summary>
internal sealed class OrganizationBook(ILedger ledger, OpenCalls calls, ILogger<OrganizationBook> log) : Book<Organization>(ledger, Stream, Most, log)
{
    private const string Stream = "organization/";
    private const int Most = 10_000;

    private readonly ILedger ledger = ledger;

    /// <summary>Makes sure that an organization is the caller's own; for those who keep the installation, that there is such a one.</summary>
    /// <exception cref="RefusedException">There is none for the caller.</exception>
    public async ValueTask RequireAsync(OrganizationId id, Caller caller, CancellationToken cancel)
    {
        if (id != caller.Organization && !(caller.KeepsInstallation && await FindAsync(id.Value, cancel) is not null))
            throw new RefusedException(OrganizationRules.Unknown(id));
    }

    protected override async Task<Organization?> ReadAsync(string id, CancellationToken cancel) =>
        ChosenId.IsValid(id) ? (await AccessViews.OrganizationAsync(ledger, id, cancel))?.Organization : null;

    protected override Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[Stream.Length..]]);

    protected override void Forgotten(IReadOnlyList<string>? ids) => calls.LookAgain(caller => ids is null || ids.Contains(caller.Organization.Value));
}

/// <summary>People at hand, for every call: what they may do now.</summary>
internal sealed class PersonBook(ILedger ledger, OpenCalls calls, ILogger<PersonBook> log) : Book<Person>(ledger, Stream, Most, log)
{
    private const string Stream = "person/";
    private const int Most = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Person?> ReadAsync(string id, CancellationToken cancel) =>
        ChosenId.IsValid(id) ? (await AccessViews.PersonAsync(ledger, id, cancel))?.Person : null;

    protected override Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[Stream.Length..]]);

    protected override void Forgotten(IReadOnlyList<string>? ids) => calls.LookAgain(caller => ids is null || ids.Contains(caller.Person.Id.Value));
}

/// <summary>Devices at hand, for every call: whether they may come in.</summary>
internal sealed class DeviceBook(ILedger ledger, OpenCalls calls, ILogger<DeviceBook> log) : Book<Device>(ledger, Stream, Most, log)
{
    private const string Stream = "device/";
    private const int Most = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Device?> ReadAsync(string id, CancellationToken cancel) =>
        ChosenId.IsValid(id) ? await AccessViews.DeviceAsync(ledger, id, cancel) : null;

    protected override Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[Stream.Length..]]);

    protected override void Forgotten(IReadOnlyList<string>? ids) =>
        calls.LookAgain(caller => ids is null || (caller.Device is { } device && ids.Contains(device.Value)));
}

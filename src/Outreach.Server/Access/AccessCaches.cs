using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Caches organizations.</summary>
internal sealed class OrganizationCache(ILedger ledger, StreamingCalls calls, ILogger<OrganizationCache> log)
    : SettingsCache<Organization>(ledger, "organization/", Capacity, log)
{
    private const int Capacity = 10_000;

    private readonly ILedger ledger = ledger;

    /// <summary>Requires that an organization is the caller's own or, for administrators of the installation, that it exists.</summary>
    /// <exception cref="RefusedException">The caller may not know of the organization.</exception>
    public async ValueTask RequireVisibleAsync(OrganizationId id, Caller caller, CancellationToken cancel)
    {
        if (id != caller.Organization && !(caller.AdministersInstallation && await FindAsync(id.Value, cancel) is not null))
            throw new RefusedException(OrganizationRules.Unknown(id));
    }

    protected override async Task<Organization?> LoadAsync(string id, CancellationToken cancel) =>
        (await OrganizationStreamDefinition.Organizations.FindAsync(ledger, id, cancel))?.Value;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) => calls.Reauthorize(caller => ids is null || ids.Contains(caller.Organization.Value));
}

/// <summary>Caches people: every call checks what its caller may do now.</summary>
internal sealed class PersonCache(ILedger ledger, StreamingCalls calls, ILogger<PersonCache> log)
    : SettingsCache<Person>(ledger, "person/", Capacity, log)
{
    private const int Capacity = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Person?> LoadAsync(string id, CancellationToken cancel) =>
        (await PersonStreamDefinition.People.FindAsync(ledger, id, cancel))?.Value;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) => calls.Reauthorize(caller => ids is null || ids.Contains(caller.Person.Id.Value));
}

/// <summary>Caches devices: every call checks that its device still has access.</summary>
internal sealed class DeviceCache(ILedger ledger, StreamingCalls calls, ILogger<DeviceCache> log)
    : SettingsCache<Device>(ledger, "device/", Capacity, log)
{
    private const int Capacity = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Device?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? await AccessViews.FindDeviceAsync(ledger, id, cancel) : null;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) =>
        calls.Reauthorize(caller => ids is null || (caller.Device is { } device && ids.Contains(device.Value)));
}

using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Organizations at hand, for those who decide by them.</summary>
internal sealed class OrganizationCache(ILedger ledger, StreamingCalls calls, ILogger<OrganizationCache> log) : SettingsCache<Organization>(ledger, StreamPrefix, MaxCached, log)
{
    private const string StreamPrefix = "organization/";
    private const int MaxCached = 10_000;

    private readonly ILedger ledger = ledger;

    /// <summary>Makes sure that an organization is the caller's own; for those who keep the installation, that there is such a one.</summary>
    /// <exception cref="RefusedException">There is none for the caller.</exception>
    public async ValueTask RequireVisibleAsync(OrganizationId id, Caller caller, CancellationToken cancel)
    {
        if (id != caller.Organization && !(caller.AdministersInstallation && await FindAsync(id.Value, cancel) is not null))
            throw new RefusedException(OrganizationRules.Unknown(id));
    }

    protected override async Task<Organization?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? (await AccessViews.FindOrganizationAsync(ledger, id, cancel))?.Organization : null;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) => calls.Reauthorize(caller => ids is null || ids.Contains(caller.Organization.Value));
}

/// <summary>People at hand, for every call: what they may do now.</summary>
internal sealed class PersonCache(ILedger ledger, StreamingCalls calls, ILogger<PersonCache> log) : SettingsCache<Person>(ledger, StreamPrefix, MaxCached, log)
{
    private const string StreamPrefix = "person/";
    private const int MaxCached = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Person?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? (await AccessViews.FindPersonAsync(ledger, id, cancel))?.Person : null;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) => calls.Reauthorize(caller => ids is null || ids.Contains(caller.Person.Id.Value));
}

/// <summary>Devices at hand, for every call: whether they may come in.</summary>
internal sealed class DeviceCache(ILedger ledger, StreamingCalls calls, ILogger<DeviceCache> log) : SettingsCache<Device>(ledger, StreamPrefix, MaxCached, log)
{
    private const string StreamPrefix = "device/";
    private const int MaxCached = 50_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Device?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? await AccessViews.FindDeviceAsync(ledger, id, cancel) : null;

    protected override void OnInvalidated(IReadOnlyList<string>? ids) =>
        calls.Reauthorize(caller => ids is null || (caller.Device is { } device && ids.Contains(device.Value)));
}

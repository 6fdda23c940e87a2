using System.Security.Cryptography;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// At a start where nobody could let anybody in, makes the first organization and its administrator, and a code for that one
/// to come in with. So it is at the first start, when every device of every administrator is shut out, and when the start asks for
/// it: whoever can start the server can read its store too, and is let in by this without touching it.
/// </summary>
internal sealed class AdministratorBootstrap(IGrainFactory grains, ILedger ledger, EnrollmentCodes codes, SecretStore secrets, AccessSettings settings) : IHostedLifecycleService
{
    /// <summary>The id of the first administrator; those after it, where it was ended, have a number behind.</summary>
    private const string DefaultAdministratorId = "admin";

    private static readonly Organization FirstOrganization = new(OrganizationId.First, "This program", OrganizationKind.OutreachProgram, []);

    /// <summary>How long the code is good for.</summary>
    private static readonly Duration CodeLifetime = Duration.FromDays(1);

    private EnrollmentCode? code;

    /// <summary>The code, for the first who asks, and nobody after; null where somebody can let people in.</summary>
    public string? TakeCode()
    {
        var taken = code?.ToDisplayString();
        code = null;
        return taken;
    }

    /// <summary>Runs when the silo is up.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!settings.AdministratorCode && await AccessViews.HasEnrolledAdministratorAsync(ledger, OrganizationId.First, cancellationToken))
            return;
        if (await AccessViews.FindOrganizationAsync(ledger, OrganizationId.First.Value, cancellationToken) is null)
            await GrainCalls.CallAsync(() => grains.GetGrain<IOrganizationGrain>(OrganizationId.First.Value).AddAsync(FirstOrganization));
        var administrator = await GetOrAddAdministratorAsync(cancellationToken);
        code = await CreateCodeAsync(administrator, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets the administrator in by a code that was not used before.</summary>
    private async Task<EnrollmentCode> CreateCodeAsync(PersonId administrator, CancellationToken cancel)
    {
        var devices = await AccessViews.CountDevicesAsync(ledger, administrator, cancel);
        for (var number = devices; ; number++)
        {
            var agreed = await GetOrAddCodeAsync($"first-code-{administrator}-{number}", cancel);
            try
            {
                await codes.ActivateAsync(administrator, agreed, CodeLifetime, null, cancel);
                return agreed;
            }
            catch (RefusedException used) when (used.Refusal.Code == PersonRules.CodeSpent)
            {
                // The server went away between the code and the device that it let in.
            }
        }
    }

    /// <summary>The code: nodes that start at once print the same, and so does a start before it was used.</summary>
    private async Task<EnrollmentCode> GetOrAddCodeAsync(string name, CancellationToken cancel) =>
        EnrollmentCode.FromRandomBytes(await secrets.GetOrAddAsync(
            name, () => RandomNumberGenerator.GetBytes(EnrollmentCode.Length), Instant.MaxValue, cancel));

    /// <summary>One who administers the first organization; the first time, that one is made.</summary>
    private async Task<PersonId> GetOrAddAdministratorAsync(CancellationToken cancel)
    {
        if (await AccessViews.FindAdministratorAsync(ledger, OrganizationId.First, cancel) is { } there)
            return there;
        var person = new Person(await FindFreeIdAsync(cancel), OrganizationId.First, "Administrator", PersonKind.Person, [new Grant(Role.Administrator, [])]);
        return (await GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(person.Id.Value).AddAsync(person))).Person.Id;
    }

    private async Task<PersonId> FindFreeIdAsync(CancellationToken cancel)
    {
        var id = DefaultAdministratorId;
        for (var number = 2; await AccessViews.FindPersonAsync(ledger, id, cancel) is not null; number++)
            id = $"{DefaultAdministratorId}-{number}";
        return new PersonId(id);
    }
}

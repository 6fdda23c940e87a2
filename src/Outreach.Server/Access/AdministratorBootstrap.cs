using System.Security.Cryptography;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// Creates the first organization, its administrator and an enrollment code if no administrator has a device when the server
/// starts (at the first start, or when all their devices have lost access), or if the settings require it. This reveals
/// nothing, because anybody who can start the server can read its store.
/// </summary>
internal sealed class AdministratorBootstrap(IGrainFactory grains, ILedger ledger, EnrollmentCodes codes, SecretStore secrets, AccessSettings settings) : IHostedLifecycleService
{
    /// <summary>The id of the first administrator; later ones have a number appended.</summary>
    private const string DefaultAdministratorId = "admin";

    private static readonly Organization FirstOrganization = new(OrganizationId.First, "This program", OrganizationKind.OutreachProgram, []);

    /// <summary>How long the code is valid.</summary>
    private static readonly Duration CodeLifetime = Duration.FromDays(1);

    private EnrollmentCode? code;

    /// <summary>Returns the code once; null after that and if none was created.</summary>
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
        if (await OrganizationStreamDefinition.Organizations.FindAsync(ledger, OrganizationId.First.Value, cancellationToken) is null)
            await GrainCalls.CallAsync(() => grains.GetGrain<IOrganizationGrain>(OrganizationId.First.Value).AddAsync(FirstOrganization));
        var administrator = await GetOrAddAdministratorAsync(cancellationToken);
        code = await CreateCodeAsync(administrator, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Activates a code for the administrator that was not used before.</summary>
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
                // An earlier run stopped after the code was used and before its device was recorded.
            }
        }
    }

    /// <summary>The code, the same on all servers and at each start until it is used.</summary>
    private async Task<EnrollmentCode> GetOrAddCodeAsync(string name, CancellationToken cancel) =>
        EnrollmentCode.FromRandomBytes(await secrets.GetOrAddAsync(
            name, () => RandomNumberGenerator.GetBytes(EnrollmentCode.Length), Instant.MaxValue, cancel));

    /// <summary>An administrator of the first organization, created at the first start.</summary>
    private async Task<PersonId> GetOrAddAdministratorAsync(CancellationToken cancel)
    {
        if (await AccessViews.FindAdministratorAsync(ledger, OrganizationId.First, cancel) is { } existing)
            return existing;
        var person = new Person(await FindFreeIdAsync(cancel), OrganizationId.First, "Administrator", PersonKind.Person, [new Grant(Role.Administrator, [])]);
        return (await GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(person.Id.Value).AddAsync(person))).Value.Id;
    }

    private async Task<PersonId> FindFreeIdAsync(CancellationToken cancel)
    {
        var id = DefaultAdministratorId;
        for (var number = 2; await PersonStreamDefinition.People.FindAsync(ledger, id, cancel) is not null; number++)
            id = $"{DefaultAdministratorId}-{number}";
        return new PersonId(id);
    }
}

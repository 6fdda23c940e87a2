using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Access;
using Outreach.Server.Encounters;
using Outreach.Server.Configuration;
using Outreach.Server.Encounters.Sync;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Outreach.Server.Stock;

namespace Outreach.Server.Demo;

/// <summary>Fills an empty folder with a made-up program and creates a code to sign in with.</summary>
internal sealed class DemoSeeder(IGrainFactory grains, EncounterGrainCache encounterGrains, ILedger ledger, EnrollmentCodes codes, StoreSettings settings, IClock clock)
    : IHostedLifecycleService
{
    /// <summary>The folder if the settings do not set one.</summary>
    public const string DefaultFolder = "outreach-demo";

    private const string MarkerFile = "demonstration";
    private const string CompletedText = "Everything in this folder is made up.\n";

    private static readonly Duration CodeLifetime = Duration.FromDays(1);

    /// <summary>A code for signing in as administrator, available after the server has started; new at each start.</summary>
    public EnrollmentCode? Code { get; private set; }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await SeedAsync(cancellationToken);
        if (await AccessViews.FindAdministratorAsync(ledger, OrganizationId.First, cancellationToken) is not { } visitor)
            return;
        await GrantAllRolesAsync(visitor);
        Code = (await codes.CreateAsync(visitor, CodeLifetime, cancellationToken)).Code;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task GrantAllRolesAsync(PersonId visitor)
    {
        var grants = Enum.GetValues<Role>().Select(role => new Grant(role, []));
        var person = new Person(visitor, OrganizationId.First, "Visitor", PersonKind.Person, [.. grants]);
        return GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(visitor.Value).ChangeAsync(
            new SettingsUpdate<Person>(person, [PersonFields.Label, PersonFields.Grants]), othersAdminister: true));
    }

    /// <exception cref="StartException">The folder has a real program, or an unfinished demonstration.</exception>
    private async Task SeedAsync(CancellationToken cancel)
    {
        var marker = Path.Combine(settings.DataFolder, MarkerFile);
        if (File.Exists(marker))
        {
            if (await File.ReadAllTextAsync(marker, cancel) != CompletedText)
                throw new StartException($"The demonstration in {settings.DataFolder} is incomplete. Delete the folder and start again.");
            return;
        }

        if (await HasDataAsync(cancel))
            throw new StartException($"{settings.DataFolder} has a program that is not a demonstration. Choose another folder with --Outreach:DataFolder.");
        await File.WriteAllTextAsync(marker, "Everything in this folder is made up, and not all of it is here yet.\n", cancel);
        await SeedAsync(new DemoProgram(clock.GetCurrentInstant()));
        await File.WriteAllTextAsync(marker, CompletedText, cancel);
    }

    private async Task SeedAsync(DemoProgram program)
    {
        foreach (var site in DemoProgram.Sites)
            await GrainCalls.CallAsync(() => grains.GetGrain<ISiteGrain>(site.Id.Value).AddAsync(site));
        foreach (var (site, receipt) in program.Receipts())
            await GrainCalls.CallAsync(() => grains.GetGrain<IStockGrain>(site).ReceiveAsync(receipt));
        foreach (var (site, encounters) in program.Encounters())
            foreach (var some in encounters.Chunk(SyncBatchRecorder.MaxRecords))
                await encounterGrains.LogAsync(site, new EncounterBatch([.. some.Select(EncounterWire.ToIncoming)], Duration.Zero, null));
    }

    /// <summary>True if the folder has more than the administrator without devices that every first start creates.</summary>
    private async Task<bool> HasDataAsync(CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand();
        query.CommandText = "SELECT (SELECT COUNT(*) FROM sites) + (SELECT COUNT(*) FROM devices)";
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }
}

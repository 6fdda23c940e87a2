namespace Outreach.Server.Tests.Whole;

/// <summary>The process is killed in the middle of load: nothing that was acknowledged is lost, nothing is doubled.</summary>
public abstract class KillContract
{
    private const int Kills = 20;

    /// <summary>The settings that make the server use the store under test.</summary>
    protected abstract Task<string[]> SettingsAsync();

    [Fact]
    public async Task Acknowledged_encounters_survive_twenty_kills_and_count_once()
    {
        var settings = await SettingsAsync();
        var phones = new PhoneLoad();
        var random = new Random(20);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(settings);
            await PhoneLoad.OpenSitesAsync(server);
            using var stop = new CancellationTokenSource();
            var calling = Task.WhenAll(phones.StartPhones(server, 8, stop.Token));
            await Task.WhenAny(phones.WaitForMoreAsync(random.Next(1, 500)), calling);
            await server.KillAsync();
            await stop.CancelAsync();
            await calling;
        }
        Assert.True(phones.Acknowledged >= Kills, $"{phones.Acknowledged}");
        await using var last = await ServerProcess.StartAsync(settings);
        await phones.SendAgainAsync(last);
        await phones.AssertCountedOnceAsync(last);
        Assert.Empty(await ApiSteps.VerifyAsync(last.Channel));
    }
}

/// <inheritdoc/>
public sealed class KillOnSqliteTests : KillContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task<string[]> SettingsAsync() => Task.FromResult<string[]>([$"--Outreach:DataFolder={folder}"]);
}

/// <inheritdoc/>
public sealed class KillOnPostgresTests(PostgresFixture postgres) : KillContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task<string[]> SettingsAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}

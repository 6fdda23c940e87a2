namespace Outreach.Server.Tests.Whole;

/// <summary>The process is killed in the middle of load: nothing that was acknowledged is lost, nothing is doubled.</summary>
public abstract class KillTests
{
    private const int Kills = 20;

    /// <summary>The settings that make the server use the store under test.</summary>
    protected abstract Task<string[]> SettingsAsync();

    [Fact]
    public async Task What_was_acknowledged_survives_twenty_kills_once_and_whole()
    {
        var settings = await SettingsAsync();
        var phones = new Phones();
        var random = new Random(20);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(settings);
            await Phones.OpenSitesAsync(server);
            using var stop = new CancellationTokenSource();
            var calling = Task.WhenAll(phones.Call(server, 8, stop.Token));
            await Task.WhenAny(phones.MoreAsync(random.Next(1, 500)), calling);
            await server.KillAsync();
            await stop.CancelAsync();
            await calling;
        }
        Assert.True(phones.Acknowledged >= Kills, $"{phones.Acknowledged}");
        await using var last = await ServerProcess.StartAsync(settings);
        await phones.SendAgainAsync(last);
        await phones.AssertCountedOnceAsync(last);
        Assert.Empty(await Field.VerifyAsync(last.Channel));
    }
}

/// <inheritdoc/>
public sealed class KillOnSqliteTests : KillTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task<string[]> SettingsAsync() => Task.FromResult<string[]>([$"--Outreach:DataFolder={folder}"]);
}

/// <inheritdoc/>
public sealed class KillOnPostgresTests(Postgres postgres) : KillTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task<string[]> SettingsAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}

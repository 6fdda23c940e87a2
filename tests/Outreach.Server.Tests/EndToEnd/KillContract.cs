namespace Outreach.Server.Tests.EndToEnd;

/// <summary>When the process is killed under load, acknowledged encounters are neither lost nor counted twice.</summary>
public abstract class KillContract
{
    private const int Kills = 20;

    /// <summary>Creates the store and returns the settings that select it.</summary>
    protected abstract Task<string[]> CreateStoreAsync();

    [Fact]
    public async Task Acknowledged_encounters_survive_twenty_kills_and_count_once()
    {
        var settings = await CreateStoreAsync();
        var phones = new PhoneLoad();
        var random = new Random(20);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(settings);
            await PhoneLoad.OpenSitesAsync(server);
            using var stop = new CancellationTokenSource();
            var calls = Task.WhenAll(phones.StartPhones(server, 8, stop.Token));
            await Task.WhenAny(phones.WaitForMoreAsync(random.Next(1, 500)), calls);
            await server.KillAsync();
            await stop.CancelAsync();
            await calls;
        }
        Assert.True(phones.Acknowledged >= Kills, $"{phones.Acknowledged}");
        await using var last = await ServerProcess.StartAsync(settings);
        await phones.ResendAsync(last);
        await phones.AssertCountedOnceAsync(last);
        Assert.Empty(await ApiSteps.VerifyAsync(last.Channel));
    }
}

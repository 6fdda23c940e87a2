using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>The demonstration program with sample data.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-demo-").FullName;

    private string[] Settings => [$"--Outreach:DataFolder={folder}", "--Outreach:Demo=true"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_demonstration_starts_with_data_a_notice_and_full_access()
    {
        long expected;
        await using (var server = await ServerProcess.StartAsync(Settings))
        {
            Assert.Contains("This is a demonstration", server.StartupLines[0], StringComparison.Ordinal);
            Assert.Contains($"{server.Web}/#code=", server.StartupLines[1], StringComparison.Ordinal);
            var overview = await ApiSteps.GetOverviewAsync(server.Channel);
            Assert.True(overview.Total.Encounters > 500 && overview.Total.DosesDistributed > 0 && overview.Total.Reversals > 0, overview.Total.ToString());
            Assert.Contains(overview.Shelves, shelf => shelf.Expired > 0);
            Assert.True(overview.ShortfallsOpen > 0);
            var logged = await new EncounterService.EncounterServiceClient(server.Channel).LogEncounterAsync(
                new LogEncounterRequest { Encounter = ApiSteps.Encounter("van-north") });
            Assert.Equal(RecordOutcome.Recorded, logged.Result.Outcome);
            Assert.Empty(await ApiSteps.VerifyAsync(server.Channel));
            expected = overview.Total.Encounters + 1;
        }

        await using var again = await ServerProcess.StartAsync(Settings);
        Assert.Equal(expected, (await ApiSteps.GetOverviewAsync(again.Channel)).Total.Encounters);
    }

    [Fact]
    public async Task Demonstration_data_is_not_added_to_a_real_program()
    {
        await using (var server = await ServerProcess.StartAsync($"--Outreach:DataFolder={folder}"))
            await ApiSteps.OpenSitesAsync(server.Channel, 1);
        var (_, output) = await ServerProcess.StartAndFailAsync(Settings);
        Assert.Contains("is not a demonstration", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_demonstration_does_not_start()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "demonstration"), "incomplete", TestContext.Current.CancellationToken);
        var (_, output) = await ServerProcess.StartAndFailAsync(Settings);
        Assert.Contains("Delete the folder and start again.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demonstration_listens_on_loopback_only()
    {
        var (_, output) = await ServerProcess.StartAndFailAsync([.. Settings, "--Outreach:Listen=0.0.0.0", "--Outreach:PlainHttp=true"]);
        Assert.Contains("on this computer", output, StringComparison.Ordinal);
    }
}

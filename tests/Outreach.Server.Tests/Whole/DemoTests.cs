using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.Whole;

/// <summary>The demonstration that people start to look around.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-demo-").FullName;

    private string[] Settings => [$"--Outreach:DataFolder={folder}", "--Outreach:Demo=true"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task One_start_shows_a_whole_program_that_says_it_is_made_up_and_lets_its_visitor_do_everything()
    {
        long shown;
        await using (var server = await ServerProcess.StartAsync(Settings))
        {
            Assert.Contains("This is a demonstration", server.Greeting[0], StringComparison.Ordinal);
            Assert.Contains($"{server.Web}/#code=", server.Greeting[1], StringComparison.Ordinal);
            var overview = await Field.OverviewAsync(server.Channel);
            Assert.True(overview.Total.Encounters > 500 && overview.Total.Doses > 0 && overview.Total.Reversals > 0, overview.Total.ToString());
            Assert.Contains(overview.Shelves, shelf => shelf.Expired > 0);
            Assert.True(overview.ShortfallsOpen > 0);
            var logged = await new EncounterService.EncounterServiceClient(server.Channel).LogEncounterAsync(
                new LogEncounterRequest { Encounter = Field.Encounter("van-north") });
            Assert.Equal(RecordOutcome.Recorded, logged.Answer.Outcome);
            Assert.Empty(await Field.VerifyAsync(server.Channel));
            shown = overview.Total.Encounters + 1;
        }

        await using var again = await ServerProcess.StartAsync(Settings);
        Assert.Equal(shown, (await Field.OverviewAsync(again.Channel)).Total.Encounters);
    }

    [Fact]
    public async Task Nothing_made_up_is_added_to_a_program()
    {
        await using (var server = await ServerProcess.StartAsync($"--Outreach:DataFolder={folder}"))
            await Field.OpenSitesAsync(server.Channel, 1);
        var (_, said) = await ServerProcess.RefuseToStartAsync(Settings);
        Assert.Contains("is not a demonstration", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demonstration_that_was_not_made_to_its_end_is_not_shown()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "demonstration"), "not all of it", TestContext.Current.CancellationToken);
        var (_, said) = await ServerProcess.RefuseToStartAsync(Settings);
        Assert.Contains($"Delete the folder and start again.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_for_this_machine_only()
    {
        var (_, said) = await ServerProcess.RefuseToStartAsync([.. Settings, "--Outreach:Listen=0.0.0.0", "--Outreach:PlainHttp=true"]);
        Assert.Contains("on this machine only", said, StringComparison.Ordinal);
    }
}

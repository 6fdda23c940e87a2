using System.Text.Json.Nodes;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool;
using Outreach.Tool.Access;
using Spectre.Console;
using ApiSteps = Outreach.Server.Tests.EndToEnd.ApiSteps;

namespace Outreach.Server.Tests.Tool;

/// <summary>People, devices and the audit record by the tool's commands, end to end.</summary>
public sealed class AccessCommandTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IAsyncLifetime
{
    private readonly ToolRun admin = new();
    private readonly ToolRun other = new();

    public async ValueTask InitializeAsync() => await admin.SignInAsync(fixture.Server);

    [Fact]
    public async Task A_person_is_added_enrolled_granted_a_role_and_ended()
    {
        Assert.Equal(
            "ana-1 (Ana) of main may: outreach-worker",
            await RunToSuccessAsync(admin, "people", "add", "ana-1", "--label", "Ana", "--grant", "outreach-worker"));
        await SignInAsync("ana-1");
        await RunToSuccessAsync(other, "devices", "list");
        Assert.Equal(ExitCode.Findings, await RunAsync(other, "people", "list"));
        Assert.StartsWith("The server does not allow it: ", other.Errors, StringComparison.Ordinal);

        Assert.Equal("ana-1 (Ana) of main may: outreach-worker administrator", await RunToSuccessAsync(admin, "people", "grant", "ana-1", "administrator"));
        Assert.Contains("ana-1", await RunToSuccessAsync(other, "people", "list"), StringComparison.Ordinal);
        Assert.Equal("ana-1 (Ana) of main may: outreach-worker", await RunToSuccessAsync(admin, "people", "grant", "ana-1", "--take", "administrator"));

        await RunToSuccessAsync(admin, "people", "end", "ana-1", "--reason", "She has left.");
        Assert.Equal(ExitCode.SignedOut, await RunAsync(other, "held", "list"));
        Assert.DoesNotContain("ana-1", await RunToSuccessAsync(admin, "people", "list"), StringComparison.Ordinal);
        Assert.Matches(@"ana-1 +Ana +person +ended +outreach-worker", await RunToSuccessAsync(admin, "people", "list", "--all"));
    }

    [Fact]
    public async Task A_lost_device_is_found_and_shut_out()
    {
        await RunToSuccessAsync(admin, "people", "add", "ben-1", "--label", "Ben", "--grant", "director");
        await SignInAsync("ben-1");
        var line = (await RunToSuccessAsync(admin, "devices", "list", "--person", "ben-1")).Split('\n').Single(text => text.Contains("ben-1", StringComparison.Ordinal));
        Assert.Contains("enrolled", line, StringComparison.Ordinal);
        var device = line.Trim().Split(' ')[0];

        Assert.Equal($"{device} (Ben's phone) of ben-1 is shut-out: It was lost.", await RunToSuccessAsync(admin, "devices", "shut-out", device, "--reason", "It was lost."));
        Assert.Equal(ExitCode.SignedOut, await RunAsync(other, "held", "list"));
        Assert.DoesNotContain(device, await RunToSuccessAsync(admin, "devices", "list"), StringComparison.Ordinal);
        Assert.Contains("It was lost.", await RunToSuccessAsync(admin, "devices", "list", "--all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_lost_device_sent_is_listed()
    {
        var encounters = new EncounterService.EncounterServiceClient(fixture.Server.Channel);
        await ApiSteps.OpenSitesAsync(fixture.Server.Channel, 1);
        var (counts, voided, held) = (ApiSteps.Encounter(), ApiSteps.Encounter(), ApiSteps.Encounter("nobodys"));
        held.SiteId = "nobodys\n\u001b[2J";
        foreach (var encounter in new[] { counts, voided, held })
            await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter });
        await encounters.VoidEncounterAsync(new VoidEncounterRequest
        {
            RequestId = Guid.NewGuid().ToString(), SiteId = voided.SiteId, EncounterId = voided.EncounterId, Reason = "The phone was stolen.",
        });

        var listed = await RunToSuccessAsync(admin, "devices", "sent", fixture.Server.Administrator.Tokens.DeviceId);

        Assert.Matches($"nobodys··\\[2J +{held.EncounterId} .* held +naloxone-nasal-4mg:1", listed);
        Assert.Matches($"van-0 +{voided.EncounterId} .* voided +naloxone-nasal-4mg:1", listed);
        Assert.Matches($"van-0 +{counts.EncounterId} .* counts +naloxone-nasal-4mg:1", listed);
        Assert.DoesNotContain(held.EncounterId, await RunToSuccessAsync(admin, "devices", "sent", "another"), StringComparison.Ordinal);
        Assert.Contains("Nothing was sent from another", admin.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_is_in_the_audit_record()
    {
        await RunToSuccessAsync(admin, "people", "add", "cy-1", "--label", "Cy");
        var listed = await RunToSuccessAsync(admin, "audit", "list", "--kind", "action", "--person", "admin", "--subject", "person.person_id=cy-1");
        Assert.Contains("outreach.access.v1.PeopleService/CreatePerson", listed, StringComparison.Ordinal);
        Assert.Equal(2, (await RunToSuccessAsync(admin, "audit", "list", "--most", "1")).Split('\n').Length);
        Assert.DoesNotContain("CreatePerson", await RunToSuccessAsync(admin, "audit", "list", "--until", "2020-01-01"), StringComparison.Ordinal);

        var file = Path.Combine(admin.Sessions, "audit.jsonl");
        await RunToSuccessAsync(admin, "audit", "export", "--to", file, "--format", "jsonl");
        var entries = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(entry => JsonNode.Parse(entry)!).ToList();
        Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => int.Parse(entry["number"]!.GetValue<string>())));
        Assert.Contains(entries, entry => entry["method"]!.GetValue<string>().EndsWith("/CreatePerson", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_health_department_is_added_and_given_figures()
    {
        await RunToSuccessAsync(admin, "organizations", "add", "city", "--name", "The city", "--kind", "health-department");
        Assert.Equal(
            "city (The city) is a health department; it sees figures of main.",
            await RunToSuccessAsync(admin, "organizations", "figures", "city", "--figures-from", "main"));
        Assert.Matches("city +The city +health-department +main", await RunToSuccessAsync(admin, "organizations", "list"));
        Assert.Equal("city (The city) is a health department.", await RunToSuccessAsync(admin, "organizations", "figures", "city"));
    }

    [Theory]
    [InlineData("people grant admin driver", "Unknown role 'driver'.")]
    [InlineData("people grant admin director@", "'director@' names no site after the @.")]
    [InlineData("people grant admin", "Specify a role to give or to take.")]
    [InlineData("audit list --most -1", "--most must be 0 or more")]
    public async Task Invalid_arguments_are_reported_before_the_server_is_called(string command, string said)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(admin, command.Split(' ')));
        Assert.StartsWith(said, admin.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_HTTP_to_another_machine_is_refused()
    {
        Assert.Equal(ExitCode.Usage, await admin.RunAsync("people", "list", "--server", "http://outreach.example"));
        Assert.Contains("Others could read along on the way to http://outreach.example/: use https", admin.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Grants_are_read_as_they_are_shown()
    {
        var grant = GrantText.Parse("site-coordinator@van-1,van-2");
        Assert.Equal(new Grant { Role = Role.SiteCoordinator, SiteIds = { "van-1", "van-2" } }, grant);
        Assert.Equal("site-coordinator@van-1,van-2", GrantText.Format([grant]));
    }

    [Fact]
    public void A_QR_code_is_black_on_white_and_fits_a_terminal()
    {
        using var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(drawn), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor,
        });
        console.Profile.Width = 80;
        console.Write(QrCodeRenderer.Render("outreach:XXXXX-XXXXX"));
        var lines = drawn.ToString().TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == '▀'), line.Count(c => c == '▀')));
        Assert.InRange(lines.Length, 10, 24);
    }

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        other.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SignInAsync(string person)
    {
        var code = (await RunToSuccessAsync(admin, "people", "code", person, "--hours", "1"))[..11];
        await RunToSuccessAsync(other, "login", "--code", code, "--device-label", "Ben's phone");
    }

    private Task<int> RunAsync(ToolRun run, params string[] args) => run.RunAsync([.. args, "--server", fixture.Server.GrpcAddress]);

    private async Task<string> RunToSuccessAsync(ToolRun run, params string[] args)
    {
        var before = run.Output.Length;
        Assert.True(await RunAsync(run, args) == ExitCode.Success, run.Errors);
        return run.Output[before..].TrimEnd();
    }
}

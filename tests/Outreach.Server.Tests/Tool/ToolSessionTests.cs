using System.Text.Json;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Tool;
using Kept = Outreach.Tool.Access.StoredSession;

namespace Outreach.Server.Tests.Tool;

/// <summary>The tool signs in once and stays so, whatever happens to its tokens, until somebody ends it.</summary>
public sealed class ToolSessionTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IDisposable
{
    private readonly ToolRun run = new();

    private string Address => fixture.Server.GrpcAddress;

    private string SessionFile => Directory.GetFiles(run.Sessions, "*.json").Single();

    [Fact]
    public async Task Without_a_session_a_command_says_how_to_sign_in()
    {
        Assert.Equal(ExitCode.SignedOut, await run.RunAsync("held", "list", "--server", Address));
        Assert.StartsWith($"Nobody is signed in at {Address}/. Sign in with: outreach login --server {Address}/ --code ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_signs_in_once_and_the_session_is_readable_by_its_owner_only()
    {
        var code = await ToolRun.CreateCodeAsync(fixture.Server, fixture.Server.Administrator.Person.PersonId);
        Assert.Equal(ExitCode.Success, await run.RunAsync("login", "--code", code, "--device-label", "The office computer", "--server", Address));
        Assert.StartsWith($"Signed in at {Address}/ as admin (Administrator), device ", run.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SessionFile));
        Assert.Equal("The office computer", (await DeviceAsync(Read().DeviceId)).Label);
        Assert.Equal(ExitCode.Success, await run.RunAsync("held", "list", "--server", Address));

        Assert.Equal(ExitCode.Findings, await run.RunAsync("login", "--code", code, "--server", Address));
        Assert.StartsWith("The server does not take this code: ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, await run.RunAsync("held", "list", "--server", Address));
    }

    [Fact]
    public async Task Signing_in_again_signs_out_the_previous_device_and_logout_ends_the_session()
    {
        await run.SignInAsync(fixture.Server);
        var first = Read();
        await run.SignInAsync(fixture.Server);
        Assert.Equal(DeviceState.SignedOut, (await DeviceAsync(first.DeviceId)).State);
        var second = Read();
        Assert.Equal(ExitCode.Success, await run.RunAsync("logout", "--server", Address));
        Assert.Equal(DeviceState.SignedOut, (await DeviceAsync(second.DeviceId)).State);
        Assert.Empty(Directory.GetFiles(run.Sessions, "*.json"));
        Assert.Equal(ExitCode.Success, await run.RunAsync("logout", "--server", Address));
        Assert.Equal(ExitCode.SignedOut, await run.RunAsync("held", "list", "--server", Address));
    }

    [Fact]
    public async Task An_access_token_is_refreshed_before_it_ends()
    {
        await run.SignInAsync(fixture.Server);
        var before = Read();
        Write(before with { AccessEnds = DateTimeOffset.UtcNow });
        Assert.True(await run.RunAsync("held", "list", "--server", Address) == ExitCode.Success, run.Errors);
        Assert.NotEqual(before.RefreshToken, Read().RefreshToken);
        Assert.Null(Read().RefreshRequestId);
    }

    [Theory]
    [InlineData("held list")]
    [InlineData("verify")]
    public async Task An_access_token_that_the_server_refuses_is_refreshed_once(string command)
    {
        await run.SignInAsync(fixture.Server);
        var before = Read();
        Write(before with { AccessToken = "no.such.token" });
        Assert.True(await run.RunAsync([.. command.Split(' '), "--server", Address]) == ExitCode.Success, run.Errors);
        Assert.NotEqual(before.RefreshToken, Read().RefreshToken);
    }

    [Fact]
    public async Task Concurrent_commands_use_the_refresh_token_once()
    {
        await run.SignInAsync(fixture.Server);
        Write(Read() with { AccessEnds = DateTimeOffset.UtcNow });
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var beside = new ToolRun();
            return await beside.RunAsync(run.Sessions, ["held", "list", "--server", Address]);
        })));
        Assert.All(codes, code => Assert.Equal(ExitCode.Success, code));
        Assert.Equal(DeviceState.Enrolled, (await DeviceAsync(Read().DeviceId)).State);
    }

    [Fact]
    public async Task A_refresh_with_a_lost_answer_is_repeated()
    {
        await run.SignInAsync(fixture.Server);
        var begun = Read() with { AccessEnds = DateTimeOffset.UtcNow, RefreshRequestId = Guid.NewGuid().ToString() };
        Write(begun);
        using var channel = GrpcChannel.ForAddress(Address);
        await new SessionService.SessionServiceClient(channel).RefreshSessionAsync(
            new RefreshSessionRequest { RefreshToken = begun.RefreshToken, RequestId = begun.RefreshRequestId },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await run.RunAsync("held", "list", "--server", Address) == ExitCode.Success, run.Errors);
    }

    [Fact]
    public async Task A_device_that_was_shut_out_is_told_and_its_session_is_deleted()
    {
        await run.SignInAsync(fixture.Server);
        var request = new ShutOutDeviceRequest { DeviceId = Read().DeviceId, Reason = "It was lost." };
        await new DeviceService.DeviceServiceClient(fixture.Server.Channel).ShutOutDeviceAsync(
            request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.SignedOut, await run.RunAsync("held", "list", "--server", Address));
        Assert.Contains("Sign in with: outreach login --server ", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(run.Sessions, "*.json"));
    }

    [Fact]
    public async Task An_unreadable_session_file_is_reported()
    {
        await run.SignInAsync(fixture.Server);
        await File.WriteAllTextAsync(SessionFile, "{", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, await run.RunAsync("held", "list", "--server", Address));
        Assert.Contains("Delete the file and sign in again.", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => run.Dispose();

    private Kept Read() => JsonSerializer.Deserialize<Kept>(File.ReadAllText(SessionFile))!;

    private void Write(Kept session) => File.WriteAllText(SessionFile, JsonSerializer.Serialize(session));

    private async Task<Device> DeviceAsync(string id)
    {
        var request = new ListDevicesRequest { IncludeInactive = true, PageSize = 1_000 };
        var response = await new DeviceService.DeviceServiceClient(fixture.Server.Channel).ListDevicesAsync(
            request, cancellationToken: TestContext.Current.CancellationToken);
        return response.Devices.Single(device => device.DeviceId == id);
    }
}

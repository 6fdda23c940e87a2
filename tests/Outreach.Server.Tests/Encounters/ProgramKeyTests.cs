using Outreach.Server.Configuration;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Encounters;

public sealed class ProgramKeyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-key-").FullName;

    private string KeyFile => Path.Combine(folder, ProgramKeyLoader.DefaultFile);

    [Fact]
    public async Task A_key_is_made_at_the_first_start_for_its_owner_alone_and_stays()
    {
        await StartAsync();
        var made = await File.ReadAllBytesAsync(KeyFile);
        await StartAsync();

        Assert.Equal(ParticipantHasher.KeyBytes, made.Length);
        Assert.Equal(made, await File.ReadAllBytesAsync(KeyFile));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task With_another_key_or_none_the_server_does_not_start()
    {
        await StartAsync();
        File.Delete(KeyFile);
        Assert.Contains("was written with one", (await Assert.ThrowsAsync<StartException>(() => StartAsync())).Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(KeyFile, new byte[ParticipantHasher.KeyBytes]);
        Assert.Contains("is not the one", (await Assert.ThrowsAsync<StartException>(() => StartAsync())).Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(KeyFile, new byte[5]);
        Assert.Contains("this has 5", (await Assert.ThrowsAsync<StartException>(() => StartAsync())).Message, StringComparison.Ordinal);

        var elsewhere = await Assert.ThrowsAsync<StartException>(() => StartAsync($"--{ProgramKeyLoader.Setting}={folder}/nowhere"));
        Assert.Contains("does not exist", elsewhere.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task StartAsync(params string[] more)
    {
        await using var app = OutreachServer.Build(
            ["--applicationName=Outreach.Server", $"--Outreach:DataFolder={folder}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Logging:LogLevel:Default=None", .. more]);
        await app.StartAsync();
        await app.StopAsync();
    }
}

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Domain.Access;
using Outreach.Server.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Access;

/// <summary>Whoever can start the server can always come in, and nobody else can with what was printed once.</summary>
public sealed class AdministratorBootstrapTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-entry-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_server_prints_the_same_code_until_it_is_used_and_then_none()
    {
        var first = await RunServerAsync(async (_, _) => await Task.CompletedTask);
        var second = await RunServerAsync(EnrollAsync);
        var third = await RunServerAsync(async (_, _) => await Task.CompletedTask);

        Assert.NotNull(first);
        Assert.Equal(first, second);
        Assert.Null(third);
    }

    [Fact]
    public async Task A_setting_prints_a_new_code_for_an_administrator_who_lost_the_device()
    {
        var first = await RunServerAsync(EnrollAsync);

        var other = await RunServerAsync(
            async (grpc, code) =>
            {
                await EnrollAsync(grpc, code);
                await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "CODE_WRONG", () => SignedInUser.EnrollAsync(grpc, first!));
            },
            "--Outreach:AdministratorCode=true");

        Assert.NotNull(other);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task A_code_that_was_used_without_enrolling_a_device_is_replaced()
    {
        var spent = await RunServerAsync((_, _) => Task.CompletedTask, async app =>
        {
            var chance = await app.GetRequiredService<SecretStore>().FindAsync("first-code-admin-0", Cancel);
            var mark = await app.GetRequiredService<SecretHasher>().HashAsync(EnrollmentCode.FromRandomBytes(chance), Cancel);
            var used = await app.GetRequiredService<IGrainFactory>().GetGrain<IPersonGrain>("admin").UseCodeAsync(mark, Guid.NewGuid(), new EnrolledDeviceId("lost"));
            Assert.Null(used.Refusal);
        });

        var next = await RunServerAsync(EnrollAsync);

        Assert.NotNull(next);
        Assert.NotEqual(spent, next);
    }

    [Fact]
    public async Task If_no_administrator_is_left_the_next_start_adds_one()
    {
        await RunServerAsync(async (grpc, code) => await EnrollAsync(grpc, code), end: async app =>
        {
            var grains = app.GetRequiredService<IGrainFactory>();
            await grains.GetGrain<IPersonGrain>("admin").EndAsync("Left.", null, othersAdminister: true);
        });

        var code = await RunServerAsync(async (grpc, code) =>
        {
            var session = await SignedInUser.EnrollAsync(grpc, code!);
            Assert.Equal("admin-2", session.Person.PersonId);
        });

        Assert.NotNull(code);
    }

    private static Task EnrollAsync(string grpc, string? code) => SignedInUser.EnrollAsync(grpc, code!);

    private async Task<string?> RunServerAsync(Func<string, string?, Task> then, params string[] settings) => await RunServerAsync(then, _ => Task.CompletedTask, settings);

    private async Task<string?> RunServerAsync(Func<string, string?, Task> then, Func<IServiceProvider, Task> end, params string[] settings)
    {
        await using var app = OutreachServer.Build(
            [$"--Outreach:DataFolder={folder.FullName}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Logging:LogLevel:Default=None", .. settings]);
        await app.StartAsync(Cancel);
        var code = app.Services.GetRequiredService<AdministratorBootstrap>().TakeCode();
        Assert.Null(app.Services.GetRequiredService<AdministratorBootstrap>().TakeCode());
        await then(app.Urls.First(), code);
        await end(app.Services);
        await app.StopAsync(Cancel);
        return code;
    }
}

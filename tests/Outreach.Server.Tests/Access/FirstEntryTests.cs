using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Domain.Access;
using Outreach.Server.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Access;

/// <summary>Whoever can start the server can always come in, and nobody else can with what was printed once.</summary>
public sealed class FirstEntryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-entry-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_start_prints_the_same_code_until_it_is_used_and_none_after()
    {
        var first = await CodeOfAsync(async (_, _) => await Task.CompletedTask);
        var second = await CodeOfAsync(EnrollAsync);
        var third = await CodeOfAsync(async (_, _) => await Task.CompletedTask);

        Assert.NotNull(first);
        Assert.Equal(first, second);
        Assert.Null(third);
    }

    [Fact]
    public async Task Who_has_lost_what_they_signed_in_with_asks_for_another_code_at_the_start()
    {
        var first = await CodeOfAsync(EnrollAsync);

        var other = await CodeOfAsync(
            async (grpc, code) =>
            {
                await EnrollAsync(grpc, code);
                await Refused.AssertAsync(StatusCode.Unauthenticated, "CODE_WRONG", () => Session.EnrollAsync(grpc, first!));
            },
            "--Outreach:AdministratorCode=true");

        Assert.NotNull(other);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task A_code_that_was_used_up_without_letting_anybody_in_is_followed_by_another()
    {
        var spent = await CodeOfAsync((_, _) => Task.CompletedTask, async app =>
        {
            var chance = await app.GetRequiredService<Secrets>().FindAsync("first-code-admin-0", Cancel);
            var mark = await app.GetRequiredService<Marks>().OfAsync(EnrollmentCode.Of(chance), Cancel);
            var used = await app.GetRequiredService<IGrainFactory>().GetGrain<IPersonGrain>("admin").UseCodeAsync(mark, Guid.NewGuid(), new EnrolledId("lost"));
            Assert.Null(used.Refusal);
        });

        var next = await CodeOfAsync(EnrollAsync);

        Assert.NotNull(next);
        Assert.NotEqual(spent, next);
    }

    [Fact]
    public async Task Where_every_administrator_has_gone_the_next_start_makes_another()
    {
        await CodeOfAsync(async (grpc, code) => await EnrollAsync(grpc, code), end: async app =>
        {
            var grains = app.GetRequiredService<IGrainFactory>();
            await grains.GetGrain<IPersonGrain>("admin").EndAsync("Left.", null, othersAdminister: true);
        });

        var code = await CodeOfAsync(async (grpc, code) =>
        {
            var session = await Session.EnrollAsync(grpc, code!);
            Assert.Equal("admin-2", session.Person.PersonId);
        });

        Assert.NotNull(code);
    }

    private static Task EnrollAsync(string grpc, string? code) => Session.EnrollAsync(grpc, code!);

    private async Task<string?> CodeOfAsync(Func<string, string?, Task> then, params string[] settings) => await CodeOfAsync(then, _ => Task.CompletedTask, settings);

    private async Task<string?> CodeOfAsync(Func<string, string?, Task> then, Func<IServiceProvider, Task> end, params string[] settings)
    {
        await using var app = OutreachServer.Build(
            [$"--Outreach:DataFolder={folder.FullName}", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Logging:LogLevel:Default=None", .. settings]);
        await app.StartAsync(Cancel);
        var code = app.Services.GetRequiredService<FirstEntry>().TakeCode();
        Assert.Null(app.Services.GetRequiredService<FirstEntry>().TakeCode());
        await then(app.Urls.First(), code);
        await end(app.Services);
        await app.StopAsync(Cancel);
        return code;
    }
}

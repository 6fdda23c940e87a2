using Outreach.Server.Configuration;
using Outreach.Server.Hosting;

if (args.Contains("--help"))
{
    SettingsHelp.Write(ServerSettings.All, Console.Out);
    return 0;
}

try
{
    await using var app = OutreachServer.Build(args);
    await app.StartAsync();
    StartupBanner.Write(app, Console.Out);
    await app.WaitForShutdownAsync();
    if (StopFailure.Find(app.Services) is not { } failure)
        return 0;
    await Console.Error.WriteLineAsync($"Outreach stopped because of an error. {failure}");
    return 1;
}
catch (Exception failed) when (StartFailure.Explain(failed) is { } reason)
{
    await Console.Error.WriteLineAsync($"Outreach cannot start. {reason}");
    return 1;
}

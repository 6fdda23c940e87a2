using Outreach.Server.Access;
using Outreach.Server.Demo;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Hosting;

/// <summary>The lines that the server prints when it has started, for people and for programs that started it.</summary>
internal static class StartupBanner
{
    public static void Write(WebApplication app, TextWriter to)
    {
        var listening = app.Services.GetRequiredService<ListeningSettings>();
        var (grpc, web) = KestrelConfiguration.GetAddresses(app);
        // Printed first, so that a program that waits for the last line has read it.
        if (app.Services.GetService<DemoSeeder>() is { } demo)
        {
            to.WriteLine("This is a demonstration: its program, its sites and every figure are made up. Record nothing real here.");
            if (demo.Code is { } visit)
                to.WriteLine($"Look around: {app.Services.GetRequiredService<DashboardAddress>().CreateEnrollmentLink(visit)}");
        }
        else if (app.Services.GetRequiredService<AdministratorBootstrap>().TakeCode() is { } code)
        {
            var why = app.Services.GetRequiredService<AccessSettings>().AdministratorCode ? "As asked" : "Nobody can sign in yet";
            to.WriteLine($"{why}. Sign in as administrator within a day, once, with the code {code}");
            to.WriteLine($"Set up the program in a browser: {app.Services.GetRequiredService<DashboardAddress>().CreateSetUpLink(code)}");
        }

        if (listening.PlainHttp && !listening.ProxyAddresses.Any())
            to.WriteLine("Behind a proxy, all callers count as one. Set its address with --Outreach:Proxies.");
        to.WriteLine($"Dashboard and JSON on {web}");
        to.WriteLine($"Listening for gRPC on {grpc}");
        to.WriteLine($"Store: {app.Services.GetRequiredService<StoreFactory>().Description}");
        to.Flush();
    }
}

using Outreach.Server.Access;
using Outreach.Server.Configuration;
using Outreach.Server.Demo;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Hosting;

/// <summary>All settings of the server, and checks that depend on several of them.</summary>
internal static class ServerSettings
{
    /// <summary>Every setting, in the order of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } = Setting.ListOf(
        typeof(StoreSettings), typeof(DemoSettings), typeof(ListeningSettings), typeof(CallLimitSettings), typeof(AccessSettings),
        typeof(EncounterSettings), typeof(ClusterSettings));

    /// <summary>Refuses unknown settings and gives the demonstration its own folder.</summary>
    /// <exception cref="StartException">A setting or an option is unknown.</exception>
    public static void Prepare(IConfiguration configuration, string[] arguments)
    {
        UnknownSettings.Check(arguments, All);
        UnknownSettings.Check(configuration, All);
        if (configuration.Read<DemoSettings>().Demo && configuration["Outreach:DataFolder"] is null)
            configuration["Outreach:DataFolder"] = DemoSeeder.DefaultFolder;
    }

    /// <exception cref="StartException">The demonstration would use a real store, or others could reach it.</exception>
    public static void CheckDemo(StoreSettings store, ListeningSettings listening)
    {
        if (store.Postgres.Length > 0 || !listening.IsLoopback)
            throw new StartException("Outreach:Demo works only with the embedded store and on this computer. Remove Outreach:Postgres and Outreach:Listen.");
    }
}

using System.Reflection;
using DbUp.Builder;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Brings the ledger's own tables up to date, forward only.</summary>
internal static class Migrations
{
    /// <param name="folder">Which store's scripts, run in the order of their names, each once.</param>
    /// <exception cref="StoreUnavailableException">A script failed, or the store cannot be reached.</exception>
    public static void Run(UpgradeEngineBuilder database, string folder)
    {
        var upgrade = database
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.Contains($".Stores.{folder}.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();
        var result = upgrade.PerformUpgrade();
        if (!result.Successful)
            throw new StoreUnavailableException($"The tables could not be brought up to date: {result.Error?.Message}", result.Error);
    }
}

using System.Reflection;
using DbUp.Builder;
using DbUp.Engine;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Brings the ledger's own tables up to date, forward only.</summary>
internal static class Migrations
{
    /// <param name="folder">Which store's scripts, run in the order of their names, each once.</param>
    /// <param name="beforeUpgrade">Called before tables that hold something are changed, with the name of the last script.</param>
    /// <exception cref="StoreUnavailableException">The tables are those of a newer version, a script failed, or the store cannot be reached.</exception>
    public static void Run(UpgradeEngineBuilder database, string folder, Action<string> beforeUpgrade)
    {
        var upgrade = database
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.Contains($".Stores.{folder}.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();
        RefuseNewer(upgrade);
        var pending = upgrade.GetScriptsToExecute();
        if (pending.Count > 0 && upgrade.GetExecutedScripts().Count > 0)
            beforeUpgrade(pending[^1].Name.Split('.')[^2]);
        var result = upgrade.PerformUpgrade();
        if (!result.Successful)
            throw new StoreUnavailableException($"The tables could not be brought up to date: {result.Error?.Message}", result.Error);
    }

    /// <summary>A program that does not know a table or a column would write rows that the newer program cannot rely on.</summary>
    private static void RefuseNewer(UpgradeEngine upgrade)
    {
        var known = upgrade.GetDiscoveredScripts().Select(script => script.Name).ToHashSet();
        if (upgrade.GetExecutedScripts().FirstOrDefault(name => !known.Contains(name)) is { } newer)
            throw new StoreUnavailableException(
                $"A newer version of Outreach has changed this store ({newer}), and this version does not know how. Start the newer version, or restore a backup from before.");
    }
}

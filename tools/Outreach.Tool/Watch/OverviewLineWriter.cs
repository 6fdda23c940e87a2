using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>Prints a line for each change, for log files and pipes.</summary>
public sealed class OverviewLineWriter(IAnsiConsole console) : IOverviewSink
{
    /// <inheritdoc/>
    public void Show(OverviewSnapshot overview, string? warning)
    {
        var total = overview.Total;
        console.WriteLine(warning is not null
            ? $"{DateTime.UtcNow:u} {warning}"
            : $"{DateTime.UtcNow:u} encounters {total.Encounters} people {total.People} units {total.Units} doses {total.Doses} "
                + $"reversals {total.Reversals} syringes_out {total.SyringesOut} syringes_in {total.SyringesIn} "
                + $"shortfalls_open {overview.ShortfallsOpen} held_open {overview.HeldOpen} position {overview.Position}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

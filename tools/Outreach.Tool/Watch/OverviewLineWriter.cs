using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>Prints a line for each change: for logs and pipes.</summary>
public sealed class OverviewLineWriter(IAnsiConsole console) : IOverviewSink
{
    /// <inheritdoc/>
    public void Show(OverviewSnapshot state, string? trouble)
    {
        var total = state.Total;
        console.WriteLine(trouble is not null
            ? $"{DateTime.UtcNow:u} {trouble}"
            : $"{DateTime.UtcNow:u} encounters {total.Encounters} people {total.People} units {total.Units} doses {total.Doses} "
                + $"reversals {total.Reversals} syringes_out {total.SyringesOut} syringes_in {total.SyringesIn} "
                + $"shortfalls_open {state.ShortfallsOpen} held_open {state.HeldOpen} position {state.Position}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

using Spectre.Console;

namespace Outreach.Tool.Ledger;

internal static class CountProgress
{
    /// <summary>Shows "so many of so many"; an empty whole is done.</summary>
    public static void ShowCount(this ProgressTask progress, long done, long total)
    {
        progress.MaxValue = Math.Max(total, 1);
        progress.Value = total == 0 ? 1 : done;
    }
}

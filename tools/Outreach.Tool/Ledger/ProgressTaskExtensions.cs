using Spectre.Console;

namespace Outreach.Tool.Ledger;

internal static class ProgressTaskExtensions
{
    /// <summary>Shows "so many of so many"; an empty whole is done.</summary>
    public static void SetCount(this ProgressTask progress, long done, long total)
    {
        progress.MaxValue = Math.Max(total, 1);
        progress.Value = total == 0 ? 1 : done;
    }
}

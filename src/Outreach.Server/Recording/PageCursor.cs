using System.Globalization;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Cursors of pages that end in the middle of the ledger: a position, and how many entries at it the page had.</summary>
internal static class PageCursor
{
    /// <summary>Adds a violation where a token holds no such cursor.</summary>
    public static void Validate(PageRequest page, Violations violations)
    {
        if (page.After is { } key && !(IsPosition(key[0]) && int.TryParse(key[1], NumberStyles.None, null, out _)))
            violations.Add("page_token", FieldErrors.UnknownPageToken);
    }

    /// <summary>The cursor; zeros for the first page.</summary>
    public static (long Position, int Taken) Parse(PageRequest page) => page.After is { } key
        ? (long.Parse(key[0], CultureInfo.InvariantCulture), int.Parse(key[1], CultureInfo.InvariantCulture))
        : default;

    /// <summary>The largest number is no position, because the one after it must be one too.</summary>
    private static bool IsPosition(string key) => long.TryParse(key, NumberStyles.None, null, out var place) && place < long.MaxValue;
}

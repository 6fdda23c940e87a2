using System.Globalization;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>A cursor of pages over the ledger: a position, and the number of entries at that position that were already returned.</summary>
internal static class PageCursor
{
    /// <summary>Adds a violation if a token is not a cursor.</summary>
    public static void Validate(PageRequest page, Violations violations)
    {
        if (page.After is { } key && !(IsPosition(key[0]) && int.TryParse(key[1], NumberStyles.None, null, out _)))
            violations.Add("page_token", FieldErrors.UnknownPageToken);
    }

    /// <summary>The cursor; zeros for the first page.</summary>
    public static (long Position, int Taken) Parse(PageRequest page) => page.After is { } key
        ? (long.Parse(key[0], CultureInfo.InvariantCulture), int.Parse(key[1], CultureInfo.InvariantCulture))
        : default;

    /// <summary>The largest number is not a position, because position + 1 must be valid too.</summary>
    private static bool IsPosition(string key) => long.TryParse(key, NumberStyles.None, null, out var place) && place < long.MaxValue;
}

using System.Globalization;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Keys of pages that end in the middle of the ledger: a place, and how much of it the page had.</summary>
internal static class PageCursor
{
    /// <summary>Says so where a token holds no such key.</summary>
    public static void Validate(PageRequest page, Violations wrong)
    {
        if (page.After is { } key && !(IsPosition(key[0]) && int.TryParse(key[1], NumberStyles.None, null, out _)))
            wrong.Add("page_token", FieldErrors.UnknownPageToken);
    }

    /// <summary>The key; zeros for the first page.</summary>
    public static (long Place, int Taken) Parse(PageRequest page) => page.After is { } key
        ? (long.Parse(key[0], CultureInfo.InvariantCulture), int.Parse(key[1], CultureInfo.InvariantCulture))
        : default;

    /// <summary>The last number is no place: one after it must be one too.</summary>
    private static bool IsPosition(string key) => long.TryParse(key, NumberStyles.None, null, out var place) && place < long.MaxValue;
}

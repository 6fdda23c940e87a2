using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Outreach.Server.Rpc;

/// <summary>A page of a list.</summary>
/// <param name="Size">The maximum number of rows, 1 to <see cref="Paging.MaxSize"/>.</param>
/// <param name="After">The key of the last row of the previous page, in parts; null for the first page.</param>
public sealed record PageRequest(int Size, IReadOnlyList<string>? After);

/// <summary>Pages of lists. A page begins after a row, not at an offset, so that rows added or removed meanwhile neither repeat nor hide others.</summary>
/// <remarks>
/// A token contains the key of the last row of a page, and a hash of the list and its filters. With other filters it is refused,
/// because the page would begin in the wrong place. A token is not secret and grants nothing: the request's own filters decide what is read.
/// </remarks>
public static class Paging
{
    /// <summary>The page size if the request gives none.</summary>
    public const int DefaultSize = 50;

    /// <summary>The maximum page size; larger sizes are reduced to it.</summary>
    public const int MaxSize = 1_000;

    /// <summary>The maximum number of characters of a token.</summary>
    public const int MaxTokenLength = 2_000;

    /// <summary>Parses the two paging fields of a request, which have the same names in every list.</summary>
    /// <param name="pageSize">0 for the default; negative is a violation.</param>
    /// <param name="pageToken">A result of <see cref="CreateToken"/>; empty for the first page.</param>
    /// <param name="list">The list's name and every filter that changes it, as text.</param>
    /// <param name="keyParts">The number of parts of a row's key.</param>
    /// <param name="violations">Receives the violations.</param>
    public static PageRequest Parse(int pageSize, string pageToken, string list, int keyParts, Violations violations)
    {
        if (pageSize < 0)
            violations.Add("page_size", FieldErrors.TooSmall(0, pageSize));

        var size = pageSize <= 0 ? DefaultSize : Math.Min(pageSize, MaxSize);
        return pageToken.Length == 0 ? new PageRequest(size, null) : new PageRequest(size, ParseToken(pageToken, list, keyParts, violations));
    }

    /// <summary>The token of the page that follows a row.</summary>
    /// <param name="list">The same text as for <see cref="Parse"/>.</param>
    /// <param name="lastKey">The key of the last row of this page, in parts.</param>
    public static string CreateToken(string list, params ReadOnlySpan<string> lastKey) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string[]>([HashFilter(list), .. lastKey]));

    private static string[]? ParseToken(string token, string list, int keyParts, Violations violations)
    {
        var parts = token.Length <= MaxTokenLength ? Decode(token) : null;
        // PostgreSQL cannot query for text with a NUL.
        if (parts is null || parts.Length != keyParts + 1 || parts.Any(part => part is null || part.Contains('\0')))
            violations.Add("page_token", FieldErrors.UnknownPageToken);
        else if (parts[0] != HashFilter(list))
            violations.Add("page_token", "must be used with the list and filters of the previous page; this request has others.");
        else
            return parts[1..];
        return null;
    }

    private static string[]? Decode(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(token));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string HashFilter(string list) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, 9));
}

using Google.Protobuf.Collections;

namespace Outreach.Web.Shell.Kit;

/// <summary>Reads lists that the server gives out in pages.</summary>
public static class AllPages
{
    /// <summary>The largest page.</summary>
    public const int PageSize = 1000;

    /// <summary>Every item of every page, in order.</summary>
    /// <param name="read">Reads the page of a token; the empty token is the first page's.</param>
    public static async Task<List<T>> ReadAsync<T>(Func<string, Task<(RepeatedField<T> Items, string NextPageToken)>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var all = new List<T>();
        var token = "";
        do
        {
            (var items, token) = await read(token);
            all.AddRange(items);
        }
        while (token.Length > 0);
        return all;
    }
}

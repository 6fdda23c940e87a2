using Google.Protobuf.Collections;

namespace Outreach.Web.Shell.Kit;

/// <summary>Reads paged lists to the end.</summary>
public static class AllPages
{
    /// <summary>The page size to request: the server's maximum.</summary>
    public const int PageSize = 1000;

    /// <summary>Reads all pages and returns their items in order.</summary>
    /// <param name="read">Reads one page. The token of the first page is empty.</param>
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

using System.Runtime.CompilerServices;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>Reads lists page by page and creates the tables that show them.</summary>
internal static class Paging
{
    /// <summary>The number of entries to request per page.</summary>
    public const int PageSize = 500;

    /// <summary>Returns all entries of a list.</summary>
    /// <param name="getPage">Returns the page for a token and the token of the next page. The first token is empty.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        Func<string, Task<(IEnumerable<T> Entries, string NextToken)>> getPage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var token = "";
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (var entries, token) = await getPage(token);
            foreach (var entry in entries)
                yield return entry;
        }
        while (token.Length > 0);
    }

    /// <summary>Creates a table without borders, so that other programs can parse it.</summary>
    public static Table CreateTable(params string[] columns)
    {
        var table = new Table().NoBorder();
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        return table;
    }

    /// <summary>Adds a row of plain text, without control characters.</summary>
    public static void AddTextRow(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(TerminalText.Sanitize(cell))));
}

using System.Runtime.CompilerServices;
using Spectre.Console;

namespace Outreach.Tool.Access;

/// <summary>Reads lists page by page, and draws them.</summary>
internal static class Paging
{
    /// <summary>Entries that are asked for at once.</summary>
    public const int PageSize = 500;

    /// <summary>All entries of a list.</summary>
    /// <param name="ask">Gives the page at a token, with the token of the next one; that of the first is empty.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        Func<string, Task<(IEnumerable<T> Entries, string Next)>> ask, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = "";
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (var entries, next) = await ask(next);
            foreach (var entry in entries)
                yield return entry;
        }
        while (next.Length > 0);
    }

    /// <summary>A table without lines, so that it can be cut apart by other programs.</summary>
    public static Table CreateTable(params string[] columns)
    {
        var table = new Table().NoBorder();
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void AddTextRow(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(TerminalText.Sanitize(cell))));
}

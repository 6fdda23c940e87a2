using CsvHelper;

namespace Outreach.Tool.Import;

/// <summary>A CSV file with a header: comma separated, UTF-8, quoted with '"'.</summary>
public sealed class CsvTable
{
    private const int HeaderRecords = 1;

    private CsvTable(IReadOnlyList<string> header, IReadOnlyList<Row> rows)
    {
        Header = header;
        Rows = rows;
    }

    /// <summary>The columns, in their order.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Every row, also those that are broken; blank lines are none.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="blank">Texts that say nothing, such as "NA".</param>
    /// <exception cref="UsageException">It is not there, has no header, or the header names a column twice.</exception>
    public static CsvTable Read(string path, IReadOnlyCollection<string> blank)
    {
        if (!File.Exists(path))
            throw new UsageException($"There is no file {path}.");
        using var reader = new StreamReader(path);
        return Read(reader, path, blank);
    }

    /// <summary>Reads from text. <paramref name="name"/> is what messages call it.</summary>
    public static CsvTable Read(TextReader reader, string name, IReadOnlyCollection<string> blank)
    {
        var (badQuotes, strayQuotes) = (new HashSet<long>(), new HashSet<long>());
        using var csv = CsvReader.Create(reader, new CsvReaderOptions { Separator = ',', OnMalformedRecord = Note });
        var header = ReadHeader(csv, name);
        var columns = header.Index().ToDictionary(c => c.Item, c => c.Index);
        var blanks = blank.Append("").ToHashSet();
        var rows = new List<Row>();
        while (csv.Read())
        {
            var fields = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToArray();
            rows.Add(new Row(rows.Count + 1, columns, fields, blanks, IsBroken(csv.RowNumber, fields)));
        }
        return new CsvTable(header, rows);

        void Note(CsvMalformedRecord bad) =>
            (bad.Reason == CsvMalformedReason.StrayQuote ? strayQuotes : badQuotes).Add(bad.RecordNumber - HeaderRecords);

        // A quote inside a text is a character like others; one that opens a field and is not closed may have swallowed lines. Only
        // the first thing wrong with a record is told, so after a stray quote lines that were swallowed show by their breaks alone.
        bool IsBroken(long row, string[] fields) =>
            badQuotes.Contains(row) || (strayQuotes.Contains(row) && fields.Any(f => f.AsSpan().ContainsAny('\n', '\r')));
    }

    private static string[] ReadHeader(CsvReader csv, string name)
    {
        csv.ReadHeader();
        var header = csv.Headers.ToArray().Select(c => c.Trim()).ToArray();
        if (header.Length == 0)
            throw new UsageException($"{name} is empty: its first line should name the columns.");
        if (header.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"{name} has two columns named '{twice.Key}'.");
        return header;
    }
}

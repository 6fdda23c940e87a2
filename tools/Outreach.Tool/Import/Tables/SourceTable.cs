namespace Outreach.Tool.Import.Tables;

/// <summary>A record of a file, before the header is applied.</summary>
/// <param name="Fields">Its fields.</param>
/// <param name="BadQuotes">True if a quote is not closed or not doubled.</param>
internal sealed record SourceRecord(string[] Fields, bool BadQuotes = false);

/// <summary>The header and the rows of a CSV file or a workbook.</summary>
public sealed class SourceTable
{
    private const string BadQuotesError = "a quote in it is not closed or not doubled; lines after it may have been read as part of it";
    private const string LostCharactersError =
        "it contains U+FFFD, which stands for characters that were lost when the file was saved; save the file again as UTF-8";

    private SourceTable(IReadOnlyList<string> header, IReadOnlyList<Row> rows, IReadOnlyList<int> emptyRows, IReadOnlyList<string> notes)
    {
        Header = header;
        Rows = rows;
        EmptyRows = emptyRows;
        Notes = notes;
    }

    /// <summary>The columns, in their order; one without a name is called "column 3".</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Every row that has a value, also those that cannot be read.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The numbers of the rows without any value, such as those of separators alone.</summary>
    public IReadOnlyList<int> EmptyRows { get; }

    /// <summary>What was detected or assumed about the file.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads a whole file: CSV, or an Excel workbook.</summary>
    /// <exception cref="UsageException">It does not exist or cannot be read, or its header cannot be used.</exception>
    public static SourceTable Read(string path, TableFormat format)
    {
        if (!File.Exists(path))
            throw new UsageException($"There is no file {path}.");
        var bytes = File.ReadAllBytes(path);
        var notes = new List<string>();
        var records = Workbook.IsWorkbook(bytes)
            ? Workbook.Read(bytes, path, format, notes)
            : CsvFile.Read(TextDecoder.Decode(bytes, path, format.Encoding, notes), format, notes);
        return Create(path, records, format, notes);
    }

    /// <summary>Reads CSV text. <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="UsageException">Its header cannot be used.</exception>
    public static SourceTable ReadText(string text, string name, TableFormat format)
    {
        var notes = new List<string>();
        return Create(name, CsvFile.Read(text, format, notes), format, notes);
    }

    private static SourceTable Create(string name, IReadOnlyList<SourceRecord> records, TableFormat format, List<string> notes)
    {
        if (records.Count == 0)
            throw new UsageException($"{name} is empty: its first line should name the columns.");
        var header = ReadHeader(records[0].Fields, name);
        var columns = header.Index().ToDictionary(c => c.Item, c => c.Index);
        var blankValues = format.BlankValues.Append("").ToHashSet();
        var (rows, emptyRows) = (new List<Row>(), new List<int>());
        foreach (var (index, record) in records.Skip(1).Index())
        {
            var fields = TrimEnd(record.Fields, header.Length);
            if (!record.BadQuotes && fields.All(string.IsNullOrWhiteSpace))
                emptyRows.Add(index + 1);
            else
                rows.Add(new Row(index + 1, columns, fields, blankValues, format.Numbers, FindError(record, fields, header.Length)));
        }
        return new SourceTable(header, rows, emptyRows, notes);
    }

    // Spreadsheets write separators for columns that were used once: without a name they are no columns.
    private static string[] ReadHeader(string[] fields, string name)
    {
        var header = TrimEnd(fields, 0).Select((c, i) => string.IsNullOrWhiteSpace(c) ? $"column {i + 1}" : c.Trim()).ToArray();
        if (header.Length == 0)
            throw new UsageException($"{name} has an empty header: its first line should name the columns.");
        if (header.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"{name} has two columns named '{twice.Key}'.");
        return header;
    }

    private static string? FindError(SourceRecord record, string[] fields, int columns)
    {
        if (record.BadQuotes)
            return BadQuotesError;
        if (fields.Length != columns)
            return $"it has {fields.Length} fields where the header has {columns}";
        return fields.Any(f => f.Contains('\uFFFD')) ? LostCharactersError : null;
    }

    // Removes empty fields at the end, down to a length.
    private static string[] TrimEnd(string[] fields, int length)
    {
        var end = fields.Length;
        while (end > length && string.IsNullOrWhiteSpace(fields[end - 1]))
            end--;
        return fields[..end];
    }
}

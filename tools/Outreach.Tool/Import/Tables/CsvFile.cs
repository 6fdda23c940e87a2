using CsvHelper;

namespace Outreach.Tool.Import.Tables;

/// <summary>Splits CSV text into records, with '"' for quotes.</summary>
internal static class CsvFile
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>Reads all records, the header among them; blank lines are none.</summary>
    public static IReadOnlyList<SourceRecord> Read(string text, TableFormat format, List<string> notes)
    {
        var separator = format.FieldSeparator.Length > 0 ? format.FieldSeparator[0] : (char?)null;
        // Excel begins some files with a line that names the separator.
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && text.IndexOf('\n') is var end and >= 0)
        {
            separator ??= text[4];
            text = text[(end + 1)..];
        }
        if (separator is null && Detect(text, format.Columns) is var detected and not ',')
        {
            separator = detected;
            notes.Add($"The field separator is {(detected == '\t' ? "a tab" : $"'{detected}'")}, as the header shows.");
        }
        return [.. Parse(text, separator ?? ',')];
    }

    // The separator with which the header has every column of the mapping; otherwise the most frequent one.
    private static char Detect(string text, IReadOnlyCollection<string> columns)
    {
        var headers = Separators.Select(s => (Separator: s, Names: Parse(text, s).FirstOrDefault()?.Fields.Select(f => f.Trim()).ToHashSet() ?? [])).ToList();
        var found = headers.FirstOrDefault(h => columns.Count > 0 && columns.All(h.Names.Contains));
        return found.Names is not null ? found.Separator : headers.MaxBy(h => h.Names.Count).Separator;
    }

    private static IEnumerable<SourceRecord> Parse(string text, char separator)
    {
        var (badQuotes, strayQuotes) = (new HashSet<long>(), new HashSet<long>());
        using var reader = new StringReader(text);
        using var csv = CsvReader.Create(reader, new CsvReaderOptions { Separator = separator, HasHeader = false, OnMalformedRecord = Note });
        while (csv.Read())
        {
            var fields = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToArray();
            yield return new SourceRecord(fields, HasBadQuotes(csv.RowNumber, fields));
        }

        void Note(CsvMalformedRecord bad) =>
            (bad.Reason == CsvMalformedReason.StrayQuote ? strayQuotes : badQuotes).Add(bad.RecordNumber);

        // A quote inside a text is an ordinary character. One that opens a field and is not closed may have swallowed lines. Only the
        // first error of a record is reported, so that after a stray quote swallowed lines show only by their line breaks.
        bool HasBadQuotes(long record, string[] fields) =>
            badQuotes.Contains(record) || (strayQuotes.Contains(record) && fields.Any(f => f.AsSpan().ContainsAny('\n', '\r')));
    }
}

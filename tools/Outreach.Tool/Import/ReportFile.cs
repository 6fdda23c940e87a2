using CsvHelper;

namespace Outreach.Tool.Import;

/// <summary>Writes what became of each row as CSV, one line a row in the order of the file.</summary>
public static class ReportFile
{
    /// <summary>Writes it, over a file that is there.</summary>
    public static void Write(string path, ImportReport report)
    {
        using var csv = CsvWriter.ToFile(path, new CsvWriterOptions { Injection = CsvInjection.Escape });
        foreach (var column in (string[])["row", "key", "result", "there_before", "id", "notes", "reasons"])
            csv.WriteField(column);
        csv.EndRecord();
        foreach (var row in report.Rows)
        {
            csv.WriteField(row.Row);
            csv.WriteField(row.Key);
            csv.WriteField(ReportPrinter.Words(row.Class));
            csv.WriteField(row.ThereBefore ? "yes" : "no");
            csv.WriteField(row.Id);
            csv.WriteField(string.Join("; ", row.Notes));
            csv.WriteField(string.Join("; ", row.Reasons));
            csv.EndRecord();
        }
    }
}

using CsvHelper;

namespace Outreach.Tool.Import;

/// <summary>Writes what became of each row as CSV, one line a row in the order of the file.</summary>
public static class ReportFile
{
    /// <summary>Finds out before anything is sent whether a report can be written. What is in a file that is there stays.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static void CheckWritable(string path)
    {
        try
        {
            var before = File.Exists(path);
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (!before)
                File.Delete(path);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The report cannot be written to {path}: {why.Message} Nothing was sent.");
        }
    }

    /// <summary>Writes it, over a file that is there.</summary>
    public static void Write(string path, ImportReport report)
    {
        using var csv = CsvWriter.ToFile(path, new CsvWriterOptions { Injection = CsvInjection.Escape });
        foreach (var column in (string[])["row", "key", "result", "there_before", "id", "notes", "reasons"])
            csv.WriteField(column);
        csv.EndRecord();
        foreach (var row in report.Rows)
        {
            csv.WriteField(row.RowNumber);
            csv.WriteField(row.Key);
            csv.WriteField(ReportPrinter.LabelOf(row.Status));
            csv.WriteField(row.ExistedBefore ? "yes" : "no");
            csv.WriteField(row.Id);
            csv.WriteField(string.Join("; ", row.Notes));
            csv.WriteField(string.Join("; ", row.Reasons));
            csv.EndRecord();
        }
    }
}

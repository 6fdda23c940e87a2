using CsvHelper;

namespace Outreach.Tool.Import;

/// <summary>Writes what became of each row as CSV: a line for each row, in the order of the file.</summary>
public static class ReportFile
{
    /// <summary>Checks before anything is sent that a report can be written. An existing file keeps its content.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
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

    /// <summary>Writes the report; an existing file is replaced.</summary>
    public static void Write(string path, ImportReport report)
    {
        using var csv = CsvWriter.ToFile(path, new CsvWriterOptions { Injection = CsvInjection.Escape });
        foreach (var column in (string[])["row", "key", "result", "already_recorded", "id", "notes", "reasons"])
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

using System.Globalization;
using System.Text;
using ExcelDataReader;

namespace Outreach.Tool.Import.Tables;

/// <summary>Reads a sheet of an Excel workbook, XLSX or XLS, as text.</summary>
internal static class Workbook
{
    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Whether the bytes are those of a workbook.</summary>
    public static bool IsWorkbook(byte[] bytes) => bytes is [0x50, 0x4B, 0x03, 0x04, ..] or [0xD0, 0xCF, 0x11, 0xE0, ..];

    /// <summary>Reads all records of the sheet, from the first that is not empty.</summary>
    /// <exception cref="UsageException">It cannot be read, or has no such sheet.</exception>
    public static IReadOnlyList<SourceRecord> Read(byte[] bytes, string path, TableFormat format, List<string> notes)
    {
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes));
            var sheets = new List<string>();
            List<SourceRecord>? records = null;
            do
            {
                sheets.Add(reader.Name);
                if (records is null && (format.Sheet.Length == 0 || format.Sheet == reader.Name))
                    records = ReadSheet(reader, format.Numbers, WorkbookErrors.Find(bytes, reader.Name));
            }
            while (reader.NextResult());
            if (records is null)
                throw new UsageException($"{path} has no sheet '{format.Sheet}'. It has: {string.Join(", ", sheets)}.");
            if (format.Sheet.Length == 0 && sheets.Count > 1)
                notes.Add($"The sheet '{sheets[0]}' was read; the workbook also has {string.Join(", ", sheets.Skip(1))}.");
            return records;
        }
        // A file that is damaged makes the reader fail in many ways.
        catch (Exception failure) when (failure is not UsageException)
        {
            throw new UsageException($"{path} is not a workbook that can be read: {failure.Message}");
        }
    }

    private static List<SourceRecord> ReadSheet(IExcelDataReader reader, NumberFormat numbers, HashSet<(int Row, int Column)> errors)
    {
        var records = new List<SourceRecord>();
        while (reader.Read())
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(i => errors.Contains((reader.Depth, i)) ? "#error" : FormatCell(reader, i, numbers)).ToArray();
            if (records.Count > 0 || fields.Any(f => !string.IsNullOrWhiteSpace(f)))
                records.Add(new SourceRecord(fields));
        }
        return records;
    }

    private static string FormatCell(IExcelDataReader reader, int column, NumberFormat numbers) => reader.GetValue(column) switch
    {
        null => "",
        double number => numbers.Write(number),
        int number => numbers.Write(number),
        bool answer => answer ? "true" : "false",
        // A time without a day is on the day before the first.
        DateTime { Year: < 1900 } time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}

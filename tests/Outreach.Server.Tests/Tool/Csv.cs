using Outreach.Tool.Import;

namespace Outreach.Server.Tests.Tool;

internal static class Csv
{
    public static CsvTable Read(string text, params string[] blank) => CsvTable.Read(new StringReader(text), "test.csv", blank);

    /// <summary>A row with one column, named "it".</summary>
    public static Row OneField(string value, params string[] blank) => Read($"it\n\"{value.Replace("\"", "\"\"")}\"\n", blank).Rows[0];
}

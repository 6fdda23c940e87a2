using Outreach.Tool.Import.Tables;

namespace Outreach.Server.Tests.Tool;

internal static class Csv
{
    public static SourceTable Read(string text, params string[] blank) => SourceTable.ReadText(text, "test.csv", new() { BlankValues = blank });

    /// <summary>A row with one column, named "it".</summary>
    public static Row OneField(string value, params string[] blank) => Read($"it\n\"{value.Replace("\"", "\"\"")}\"\n", blank).Rows[0];
}

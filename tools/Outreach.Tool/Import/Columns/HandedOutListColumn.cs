using System.ComponentModel;
using System.Globalization;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column with everything that was handed out, as the export writes it: "naloxone-nasal-4mg:2:A 100; syringe:10".</summary>
public sealed record HandedOutListColumn : IColumnRule
{
    /// <summary>The text between two lines.</summary>
    public const string LineSeparator = "; ";

    [Description("The column. It lists product:units or product:units:lot, with \"; \" between the lines.")]
    public string Column { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors) => errors.Require($"{path}.column", Column);

    /// <summary>The lines. One that cannot be read is sent so that the server holds the record.</summary>
    public IEnumerable<HandedOut> Read(Row row, RowNotes notes)
    {
        foreach (var line in row[Column]?.Split(LineSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var parts = line.Split(':', 3);
            var isRead = int.TryParse(parts.ElementAtOrDefault(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units);
            if (!isRead)
                notes.Add(Column, "it is not a list of product:units; a person has to correct it");
            yield return new HandedOut
            {
                ProductId = parts[0], Units = isRead ? units : CountColumn.UnreadableCount, LotNumber = parts.ElementAtOrDefault(2) ?? "",
            };
        }
    }

    /// <summary>Writes the lines of an encounter in this form.</summary>
    public static string Write(IEnumerable<HandedOut> lines) => string.Join(
        LineSeparator, lines.Select(l => l.LotNumber.Length == 0 ? $"{l.ProductId}:{l.Units}" : $"{l.ProductId}:{l.Units}:{l.LotNumber}"));
}

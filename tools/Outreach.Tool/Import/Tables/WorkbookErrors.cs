using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;

namespace Outreach.Tool.Import.Tables;

/// <summary>Finds the cells of an XLSX workbook whose formula failed, such as #DIV/0!. The reader shows them as empty, which would hide them.</summary>
internal static class WorkbookErrors
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>The cells of a sheet, by row and column from 0.</summary>
    public static HashSet<(int Row, int Column)> Find(byte[] bytes, string sheet)
    {
        if (bytes is not [0x50, 0x4B, ..])
            return [];
        using var zip = new ZipArchive(new MemoryStream(bytes));
        var id = Load(zip, "xl/workbook.xml")?.Descendants(Main + "sheet").FirstOrDefault(s => (string?)s.Attribute("name") == sheet)?.Attribute(Office + "id")?.Value;
        var target = Load(zip, "xl/_rels/workbook.xml.rels")?.Root?.Elements().FirstOrDefault(r => (string?)r.Attribute("Id") == id)?.Attribute("Target")?.Value;
        var cells = target is null ? null : Load(zip, target.StartsWith('/') ? target[1..] : $"xl/{target}");
        return [.. cells?.Descendants(Main + "c").Where(c => (string?)c.Attribute("t") == "e").Select(c => Parse((string?)c.Attribute("r") ?? "")) ?? []];
    }

    private static XDocument? Load(ZipArchive zip, string part)
    {
        if (zip.GetEntry(part) is not { } entry)
            return null;
        using var stream = entry.Open();
        return XDocument.Load(stream);
    }

    // "AB12" is row 11, column 27.
    private static (int Row, int Column) Parse(string reference)
    {
        var letters = reference.TakeWhile(char.IsAsciiLetter).ToArray();
        var column = letters.Aggregate(0, (sum, letter) => (sum * 26) + (char.ToUpperInvariant(letter) - 'A' + 1));
        return int.TryParse(reference.AsSpan(letters.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? (row - 1, column - 1) : (-1, -1);
    }
}

namespace Outreach.Tool.Import.Tables;

/// <summary>How a file is to be read. Empty strings mean that the value is detected.</summary>
public sealed record TableFormat
{
    /// <summary>Texts that mean "no value", such as "NA". An empty cell has no value in any case.</summary>
    public IReadOnlyList<string> BlankValues { get; init; } = [];

    /// <summary>How numbers are written.</summary>
    public NumberFormat Numbers { get; init; } = NumberFormat.Invariant;

    /// <summary>The character between two fields of a text file.</summary>
    public string FieldSeparator { get; init; } = "";

    /// <summary>The character encoding of a text file.</summary>
    public string Encoding { get; init; } = "";

    /// <summary>The sheet of a workbook; empty: the first.</summary>
    public string Sheet { get; init; } = "";

    /// <summary>Columns that the header must have; the field separator is detected with them.</summary>
    public IReadOnlyCollection<string> Columns { get; init; } = [];
}

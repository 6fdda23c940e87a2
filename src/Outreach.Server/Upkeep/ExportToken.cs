using Outreach.Server.Ledger.Upkeep;
using Outreach.Server.Rpc;

namespace Outreach.Server.Upkeep;

/// <summary>A position in an export as text: the position of a commit and, if the export ended inside the next one, a dot and the number of its events.</summary>
internal static class ExportToken
{
    public static string Format(ExportPosition position) =>
        position.FactOffset == 0 ? $"{position.Position}" : $"{position.Position}.{position.FactOffset}";

    /// <exception cref="InvalidRequestException">The text is not such a position.</exception>
    public static ExportPosition Parse(string text)
    {
        if (text.Length == 0)
            return default;
        var parts = text.Split('.');
        if (parts.Length <= 2
            && FieldParser.TryParseNumber(parts[0], out var position)
            && FieldParser.TryParseNumber(parts.ElementAtOrDefault(1) ?? "0", out var facts) && facts <= int.MaxValue)
            return new ExportPosition(position, (int)facts);
        throw new InvalidRequestException([new("after_position", FieldErrors.NotInFormat("a position from an earlier response", text))]);
    }
}

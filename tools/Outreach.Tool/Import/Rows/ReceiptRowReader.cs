using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>Turns rows into receipts of stock. Receipts are not held: a row that cannot be read is not sent.</summary>
public sealed class ReceiptRowReader(ReceiptMapping mapping)
{
    private readonly RowKeys keys = new(mapping);

    /// <summary>Reads one row; rows have to come in their order, so that one with the key of an earlier one is found.</summary>
    public PlannedRow<ReceiveStockRequest> Read(Row row)
    {
        var notes = new RowNotes();
        if (keys.Find(row, "", out var key) is { } wrong)
            return new(row.Number, key.Text, null, [], wrong);
        var site = mapping.Site.Read(row, notes);
        var occurred = mapping.Occurred.Read(row, notes);
        var units = mapping.Units.ReadAsTyped(row, notes);
        var expiresOn = mapping.ExpiresOn?.Read(row, notes) ?? "";
        if (FindMissing(site, occurred is not null, units, expiresOn) is { } missing)
            return new(row.Number, key.Text, null, notes.All, missing);
        return new(row.Number, key.Text, new ReceiveStockRequest
        {
            RequestId = key.Id.ToString(),
            SiteId = site,
            ProductId = mapping.Product.Length > 0 ? mapping.Product : row[mapping.ProductColumn] ?? "",
            LotNumber = mapping.Lot?.Read(row) ?? "",
            ExpiresOn = expiresOn,
            Units = units!.Value,
            Source = mapping.Supplier?.Read(row) ?? "",
            OccurredAt = Timestamp.FromDateTimeOffset(occurred!.Value.ToDateTimeOffset()),
        }, notes.All, null);
    }

    private static string? FindMissing(string? site, bool hasTime, int? units, string expiresOn) => (site, hasTime, units) switch
    {
        (null, _, _) => "it names no site",
        (_, false, _) => "its date cannot be read",
        (_, _, null or < 1 or > 1_000_000) => "its units are not a number from 1 to 1,000,000",
        _ => expiresOn == DayColumn.UnreadableDay ? "its expiry cannot be read" : null,
    };
}

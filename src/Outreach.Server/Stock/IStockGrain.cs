using Orleans.Concurrency;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>The only writer of a site's stock. Its key is the result of <see cref="StockStreamDefinition.StreamIdFor(string)"/>.</summary>
/// <remarks>
/// A call returns only when its result is durable. Calls interleave: many are decided while one commit is running. Every call
/// can be repeated: a repeated request returns the first result.
/// </remarks>
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>Receives stock. NOT_FOUND for an unknown site or product; otherwise as <see cref="StockRules.Receive"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> ReceiveAsync(Receipt receipt);

    /// <summary>The first result of a request to receive stock. Refused, in this order: RECEIPT_NOT_FOUND, REQUEST_ID_TAKEN.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> FindReceiptAsync(Guid requestId, ContentHash content);

    /// <summary>Settles a shortfall. NOT_FOUND for an unknown site or product; otherwise as <see cref="StockRules.Settle"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> SettleAsync(Settlement settlement);

    /// <summary>Records that the last day of a lot has passed, by <see cref="StockRules.Expire"/>.</summary>
    [AlwaysInterleave]
    Task ExpireAsync(StockEvent.LotExpired lot);
}

using Orleans.Concurrency;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>The only writer of a site's stock; its key is the id of the site's stream, as <see cref="StockStreamDefinition.StreamIdFor(string)"/> returns it.</summary>
/// <remarks>
/// Every answer leaves only after what it says is durable. Calls interleave: many are decided while one commit is under way.
/// Every call can be repeated: the same request again answers as the first time.
/// </remarks>
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>Takes in stock. NOT_FOUND for a site or product that is unknown; else as <see cref="StockRules.Receive"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> ReceiveAsync(Receipt receipt);

    /// <summary>What was answered to a request that took in stock. In order: RECEIPT_NOT_FOUND, REQUEST_ID_TAKEN.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> FindReceiptAsync(Guid requestId, ContentHash content);

    /// <summary>Explains a shortfall. NOT_FOUND for a site or product that is unknown; else as <see cref="StockRules.Settle"/>.</summary>
    [AlwaysInterleave]
    Task<Result<ReceiptResult>> SettleAsync(Settlement settlement);

    /// <summary>Notes that the last day of a lot has passed, as <see cref="StockRules.Expire"/>.</summary>
    [AlwaysInterleave]
    Task ExpireAsync(StockEvent.LotExpired lot);
}

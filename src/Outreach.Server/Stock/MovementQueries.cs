using System.Globalization;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Reads movements from the ledger, latest recorded first.</summary>
internal static class MovementQueries
{
    /// <summary>The maximum number of events that one page reads, so a page can be short if few of them match.</summary>
    private const int MaxFacts = 20_000;

    public static async Task<Wire.ListMovementsResponse> ListAsync(
        ILedger ledger, StockStreamDefinition definition, MovementFilter filter, CancellationToken cancel)
    {
        // A token contains the version in which the previous page ended, and the number of its movements on that page.
        var (last, taken) = PageCursor.Parse(filter.Page);
        var response = new Wire.ListMovementsResponse();
        var count = 0;
        var moved = new List<Movement>();
        await foreach (var run in ledger.ReadBackwardsAsync(definition, filter.Site, UpperBound(last, taken), filter.From, filter.To, skipDamaged: true, cancel))
        {
            foreach (var recorded in RecordedFactQueries.LatestFirst(run))
            {
                moved.Clear();
                recorded.Fact.AddMovements(moved);
                for (var i = recorded.Version == last ? taken : 0; i < moved.Count; i++)
                {
                    if (!filter.Includes(moved[i]))
                        continue;

                    if (response.Movements.Count == filter.Page.Size)
                        return WithToken(response, filter, recorded.Version, i);
                    response.Movements.Add(StockWire.ToWire(recorded, moved[i]));
                }

                if (++count >= MaxFacts)
                    return WithToken(response, filter, recorded.Version, int.MaxValue);
            }
        }

        return response;
    }

    private static long UpperBound(long last, int taken) => last == 0 ? long.MaxValue : taken == int.MaxValue ? last : last + 1;

    private static Wire.ListMovementsResponse WithToken(Wire.ListMovementsResponse response, MovementFilter filter, long version, int taken)
    {
        response.NextPageToken = Paging.CreateToken(
            filter.TokenScope, version.ToString(CultureInfo.InvariantCulture), taken.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}

using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>The store of the naive server.</summary>
internal interface INaiveStore
{
    /// <summary>Inserts an encounter and deducts its lines from stock, in one transaction.</summary>
    /// <returns>False if the encounter id is already stored; then nothing changes.</returns>
    Task<bool> LogAsync(Encounter encounter);

    /// <summary>Adds units to a site's stock of a product.</summary>
    Task ReceiveAsync(string siteId, string productId, int units);

    /// <summary>Counts the stored encounters and the units deducted from stock.</summary>
    Task<(long Encounters, long Units)> CountAsync();
}

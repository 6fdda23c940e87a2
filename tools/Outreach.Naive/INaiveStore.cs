using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>Where the naive peer keeps its rows.</summary>
internal interface INaiveStore
{
    /// <summary>Inserts the encounter and takes its lines from stock, in one transaction.</summary>
    /// <returns>Whether it was new; an id that is there already changes nothing.</returns>
    Task<bool> LogAsync(Encounter encounter);

    /// <summary>Adds units to a site's stock of a product.</summary>
    Task ReceiveAsync(string siteId, string productId, int units);

    /// <summary>Counts the encounters that are held, and the units that were taken from stock.</summary>
    Task<(long Encounters, long Units)> CountAsync();
}

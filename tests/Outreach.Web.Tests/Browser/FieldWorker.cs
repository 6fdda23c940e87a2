using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Web.Tests.Browser;

/// <summary>Adds sites and logs encounters through the API.</summary>
internal sealed class FieldWorker(GrpcChannel channel)
{
    /// <summary>A product of the default catalog with two doses per unit.</summary>
    public const string NasalSpray = "naloxone-nasal-4mg";

    private readonly SiteService.SiteServiceClient sites = new(channel);
    private readonly EncounterService.EncounterServiceClient encounters = new(channel);

    /// <summary>Adds a site.</summary>
    public async Task OpenSiteAsync(string siteId, string name) =>
        await sites.CreateSiteAsync(new CreateSiteRequest
        {
            Site = new Site { SiteId = siteId, Name = name, Kind = SiteKind.Van, TimeZone = "America/New_York" },
        });

    /// <summary>Logs an encounter that happened now.</summary>
    public async Task<EncounterResult> LogAsync(string siteId, int boxes = 0, int syringesReturned = 0, int reversals = 0)
    {
        var encounter = new Encounter
        {
            EncounterId = Guid.CreateVersion7().ToString(),
            SiteId = siteId,
            OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        };
        if (boxes > 0)
            encounter.HandedOut.Add(new HandedOut { ProductId = NasalSpray, Units = boxes });
        if (syringesReturned > 0)
            encounter.SyringesReturned = new SyringesReturned { Count = syringesReturned };
        if (reversals > 0)
            encounter.OverdoseReport = new OverdoseReport { Reversals = reversals, OverdosesSeen = reversals };
        return (await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter })).Result;
    }
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Common steps of tests that use the API.</summary>
internal static class ApiSteps
{
    /// <summary>A product of the default catalog.</summary>
    public const string Naloxone = "naloxone-nasal-4mg";

    /// <summary>Creates the sites van-0, van-1 and so on, unless they exist.</summary>
    public static async Task OpenSitesAsync(ChannelBase channel, int count)
    {
        var sites = new SiteService.SiteServiceClient(channel);
        for (var site = 0; site < count; site++)
            await sites.CreateSiteAsync(new CreateSiteRequest
            {
                Site = new Site { SiteId = $"van-{site}", Name = $"Van {site}", Kind = SiteKind.Van, TimeZone = "America/New_York" },
            });
    }

    /// <summary>Creates an encounter that occurs now, with one unit of naloxone handed out and three syringes returned.</summary>
    public static Encounter Encounter(string site = "van-0") => new()
    {
        EncounterId = Guid.CreateVersion7().ToString(),
        SiteId = site,
        OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
        HandedOut = { new HandedOut { ProductId = Naloxone, Units = 1 } },
        SyringesReturned = new SyringesReturned { Count = 3 },
    };

    /// <summary>Returns the overview of all records, by site.</summary>
    public static async Task<Overview> GetOverviewAsync(ChannelBase channel)
    {
        var response = await new OverviewService.OverviewServiceClient(channel).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } });
        return response.Overview;
    }

    /// <summary>Verifies the ledger and returns the findings.</summary>
    public static async Task<IReadOnlyList<string>> VerifyAsync(ChannelBase channel)
    {
        using var call = new UpkeepService.UpkeepServiceClient(channel).Verify(new VerifyRequest());
        var findings = new List<string>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            if (response.Finding.Length > 0)
                findings.Add(response.Finding);
        return findings;
    }
}

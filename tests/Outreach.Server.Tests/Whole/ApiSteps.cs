using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests.Whole;

/// <summary>What outreach looks like from outside: sites that open, people who are met, an operator who checks.</summary>
internal static class ApiSteps
{
    /// <summary>A product of the default catalogue.</summary>
    public const string Naloxone = "naloxone-nasal-4mg";

    /// <summary>Opens the sites van-0, van-1 and so on; those that are open already stay.</summary>
    public static async Task OpenSitesAsync(ChannelBase channel, int count)
    {
        var sites = new SiteService.SiteServiceClient(channel);
        for (var site = 0; site < count; site++)
            await sites.CreateSiteAsync(new CreateSiteRequest
            {
                Site = new Site { SiteId = $"van-{site}", Name = $"Van {site}", Kind = SiteKind.Van, TimeZone = "America/New_York" },
            });
    }

    /// <summary>A new encounter that happens now: one unit of naloxone out, three syringes in.</summary>
    public static Encounter Encounter(string site = "van-0") => new()
    {
        EncounterId = Guid.CreateVersion7().ToString(),
        SiteId = site,
        OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
        HandedOut = { new HandedOut { ProductId = Naloxone, Units = 1 } },
        SyringesReturned = new SyringesReturned { Count = 3 },
    };

    /// <summary>Everything ever recorded, by site.</summary>
    public static async Task<Overview> OverviewAsync(ChannelBase channel)
    {
        var response = await new OverviewService.OverviewServiceClient(channel).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery { BySite = true } });
        return response.Overview;
    }

    /// <summary>What the operator's check finds wrong.</summary>
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

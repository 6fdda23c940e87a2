using Outreach.Protocol.Sites.V1;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Tests.Shell;

public sealed class DisplayNamesTests
{
    private static readonly DisplayNames Names = new(
        [
            new Site { SiteId = "philadelphia", Name = "Philadelphia", TimeZone = "America/New_York" },
            new Site { SiteId = "honolulu", Name = "Honolulu", TimeZone = "Pacific/Honolulu" },
        ],
        []);

    [Theory]
    [InlineData("philadelphia", 22)]
    [InlineData("honolulu", 21)]
    [InlineData(null, 22)]
    [InlineData("unknown", 22)]
    public void A_day_is_in_the_time_zone_of_its_site_and_the_latest_for_all_sites(string? siteId, int day) =>
        Assert.Equal(new DateOnly(2026, 11, day), Names.DayAt(siteId, new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero)));
}

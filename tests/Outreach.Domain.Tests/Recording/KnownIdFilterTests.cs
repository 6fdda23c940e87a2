using CsCheck;
using NodaTime;
using Outreach.Domain.Recording;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Recording;

public class KnownIdFilterTests
{
    [Fact]
    public void A_recorded_id_is_never_reported_as_new() =>
        Gen.Int[-500_000, 500_000].Select(Gen.Int[0, 1_000]).Array[0, 300].Sample(minutes =>
        {
            var filter = KnownIdFilter.Empty;
            var ids = minutes.Select((offset, i) => Id(i, Noon + Duration.FromMinutes(offset.Item1))).ToList();
            foreach (var id in ids)
                filter = filter.Add(id, Noon);
            return ids.TrueForAll(id => !filter.IsNew(id, filter.Latest)) && filter.Ahead.Count <= KnownIdFilter.MaxAhead;
        });

    [Fact]
    public void A_later_id_is_new_even_if_another_device_has_the_wrong_year()
    {
        var filter = KnownIdFilter.Empty.Add(Id(1, Noon), Noon).Add(Id(2, Noon + Duration.FromDays(9_000)), Noon);

        Assert.True(filter.IsNew(Id(3, Noon + Duration.FromSeconds(1)), filter.Latest));
        Assert.False(filter.IsNew(Id(3, Noon - Duration.FromSeconds(1)), filter.Latest));
        Assert.False(filter.IsNew(Guid.Parse("6f2c1d7e-9a43-4e5b-8f21-0c7f5f7b9a10"), filter.Latest));
    }

    [Fact]
    public void An_id_contains_the_time_of_its_creation() =>
        Assert.Equal(Noon.ToUnixTimeMilliseconds(), KnownIdFilter.TimeOf(Id(5)));
}

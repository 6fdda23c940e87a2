using CsCheck;
using NodaTime;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class IdHorizonTests
{
    [Fact]
    public void An_id_that_was_recorded_is_never_called_new() =>
        Gen.Int[-500_000, 500_000].Select(Gen.Int[0, 1_000]).Array[0, 300].Sample(minutes =>
        {
            var horizon = IdHorizon.Empty;
            var ids = minutes.Select((made, i) => Id(i, Noon + Duration.FromMinutes(made.Item1))).ToList();
            foreach (var id in ids)
                horizon = horizon.With(id, Noon);
            return ids.TrueForAll(id => !horizon.IsNew(id, horizon.Latest)) && horizon.Ahead.Count <= IdHorizon.MaxAhead;
        });

    [Fact]
    public void A_later_id_is_new_although_one_device_lives_in_the_wrong_year()
    {
        var horizon = IdHorizon.Empty.With(Id(1, Noon), Noon).With(Id(2, Noon + Duration.FromDays(9_000)), Noon);

        Assert.True(horizon.IsNew(Id(3, Noon + Duration.FromSeconds(1)), horizon.Latest));
        Assert.False(horizon.IsNew(Id(3, Noon - Duration.FromSeconds(1)), horizon.Latest));
        Assert.False(horizon.IsNew(Guid.Parse("6f2c1d7e-9a43-4e5b-8f21-0c7f5f7b9a10"), horizon.Latest));
    }

    [Fact]
    public void An_id_carries_the_time_at_which_it_was_made() =>
        Assert.Equal(Noon.ToUnixTimeMilliseconds(), IdHorizon.TimeOf(Id(5)));
}

using CsCheck;
using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Server.Recording;

namespace Outreach.Server.Tests.Recording;

public class RecentIdsTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 10, 12, 0);

    [Fact]
    public void A_recorded_id_is_never_reported_as_new_even_after_eviction() =>
        Gen.Select(Gen.Int[-10_000, 10_000], Gen.Int[0, 30]).Array[1_100, 2_000].Sample(
            made =>
            {
                var (horizon, now) = (KnownIdFilter.Empty, Noon);
                var recent = new RecentIds(horizon);
                for (var i = 0; i < made.Length; i++)
                {
                    now += Duration.FromSeconds(made[i].Item2);
                    var id = IdMadeAt(i, now + Duration.FromMinutes(made[i].Item1));
                    if (recent.TryGetVersion(id, out _))
                        return false;
                    recent.Add(id, i + 1, now);
                    horizon = horizon.Add(id, now);
                    recent.Trim(i + 1, horizon, now);
                    if (!recent.TryGetVersion(id, out _) && recent.IsNew(id, horizon))
                        return false;
                }

                var first = IdMadeAt(0, Noon + Duration.FromSeconds(made[0].Item2) + Duration.FromMinutes(made[0].Item1));
                return recent.TryGetVersion(first, out _) || !recent.IsNew(first, horizon);
            },
            iter: 50);

    [Fact]
    public void Ids_recorded_during_a_ledger_lookup_are_not_evicted()
    {
        var recent = new RecentIds(KnownIdFilter.Empty);
        recent.BeginQuery(0);
        for (var i = 1; i <= 5_000; i++)
            recent.Add(IdMadeAt(i, Noon), i, Noon);

        recent.Trim(5_000, KnownIdFilter.Empty, Noon + Duration.FromHours(1));
        Assert.True(recent.TryGetVersion(IdMadeAt(1, Noon), out _));

        recent.EndQuery(0);
        recent.Trim(5_000, KnownIdFilter.Empty, Noon + Duration.FromHours(1));
        Assert.False(recent.TryGetVersion(IdMadeAt(1, Noon), out _));
        Assert.False(recent.IsNew(IdMadeAt(1, Noon), KnownIdFilter.Empty));
        Assert.True(recent.TryGetVersion(IdMadeAt(5_000, Noon), out var version));
        Assert.Equal(5_000, version);
    }

    [Fact]
    public void An_id_whose_append_failed_is_removed()
    {
        var recent = new RecentIds(KnownIdFilter.Empty);
        recent.Add(IdMadeAt(1, Noon), 1, Noon);
        recent.Add(IdMadeAt(2, Noon), 2, Noon);

        recent.RemoveFrom(2);

        Assert.True(recent.TryGetVersion(IdMadeAt(1, Noon), out _));
        Assert.False(recent.TryGetVersion(IdMadeAt(2, Noon), out _));
    }

    private static Guid IdMadeAt(int number, Instant made) => Guid.ParseExact($"{made.ToUnixTimeMilliseconds():x12}70008000{number:x12}", "N");
}

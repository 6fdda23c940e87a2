using CsCheck;
using NodaTime;
using Outreach.Domain.Stock;
using Outreach.Server.Stock;

namespace Outreach.Server.Tests.Stock;

public class RecentIdsTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 10, 12, 0);

    [Fact]
    public void No_id_that_was_recorded_is_ever_called_new_whatever_is_forgotten() =>
        Gen.Select(Gen.Int[-10_000, 10_000], Gen.Int[0, 30]).Array[1_100, 2_000].Sample(
            made =>
            {
                var (horizon, now) = (IdHorizon.Empty, Noon);
                var recent = new RecentIds(horizon);
                for (var i = 0; i < made.Length; i++)
                {
                    now += Duration.FromSeconds(made[i].Item2);
                    var id = Id(i, now + Duration.FromMinutes(made[i].Item1));
                    if (recent.TryFind(id, out _))
                        return false;
                    recent.Add(id, i + 1, now);
                    horizon = horizon.With(id, now);
                    recent.Forget(i + 1, horizon, now);
                    if (!recent.TryFind(id, out _) && recent.IsNew(id, horizon))
                        return false;
                }

                var first = Id(0, Noon + Duration.FromSeconds(made[0].Item2) + Duration.FromMinutes(made[0].Item1));
                return recent.TryFind(first, out _) || !recent.IsNew(first, horizon);
            },
            iter: 50);

    [Fact]
    public void While_the_ledger_is_asked_nothing_recorded_since_is_forgotten()
    {
        var recent = new RecentIds(IdHorizon.Empty);
        recent.Ask(0);
        for (var i = 1; i <= 5_000; i++)
            recent.Add(Id(i, Noon), i, Noon);

        recent.Forget(5_000, IdHorizon.Empty, Noon + Duration.FromHours(1));
        Assert.True(recent.TryFind(Id(1, Noon), out _));

        recent.Answered(0);
        recent.Forget(5_000, IdHorizon.Empty, Noon + Duration.FromHours(1));
        Assert.False(recent.TryFind(Id(1, Noon), out _));
        Assert.False(recent.IsNew(Id(1, Noon), IdHorizon.Empty));
        Assert.True(recent.TryFind(Id(5_000, Noon), out var version));
        Assert.Equal(5_000, version);
    }

    [Fact]
    public void What_was_not_recorded_after_all_is_taken_back()
    {
        var recent = new RecentIds(IdHorizon.Empty);
        recent.Add(Id(1, Noon), 1, Noon);
        recent.Add(Id(2, Noon), 2, Noon);

        recent.Undo(2);

        Assert.True(recent.TryFind(Id(1, Noon), out _));
        Assert.False(recent.TryFind(Id(2, Noon), out _));
    }

    private static Guid Id(int number, Instant made) => Guid.ParseExact($"{made.ToUnixTimeMilliseconds():x12}70008000{number:x12}", "N");
}

using CsCheck;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Random facts in random batches on several streams, with reopening in between: views and states equal a replay.</summary>
public abstract class RandomHistoryContract : LedgerContract
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    private static readonly Gen<JarFact> AnyFact = Gen.OneOf<JarFact>(
        Gen.Select(Gen.Guid, Gen.Int[0, 500], Gen.Int[0, 5], Gen.Int[0, 2].Select(n => new[] { "red", "blue", "é" }[n]), (id, beads, day, colour) =>
            (JarFact)new JarFact.BeadsAdded(id, beads, Start + Duration.FromDays(day), colour)),
        Gen.Select(Gen.Int[0, 3], Gen.String[1, 10].Where(s => !s.Any(c => char.IsControl(c) || char.IsSurrogate(c))), (key, text) => (JarFact)new JarFact.Labelled($"k{key}", text)),
        Gen.Int[0, 3].Select(key => (JarFact)new JarFact.Labelled($"k{key}", null)),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9], (key, day) => (JarFact)new JarFact.ReturnDue($"d{key}", Start + Duration.FromDays(day))),
        Gen.Int[0, 3].Select(key => (JarFact)new JarFact.ReturnDone($"d{key}")));

    private static readonly Gen<(int Jar, JarFact[] Facts, bool Wait, bool Reload)[]> AnyAppends =
        Gen.Select(Gen.Int[0, 2], AnyFact.Array[1, 12], Gen.Bool, Gen.Int[0, 9].Select(n => n == 0)).Array[1, 40];

    [Fact]
    public async Task Views_and_states_of_random_histories_equal_a_replay()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { IndexBatchSize = 20, SnapshotInterval = 15 });
        var count = 0;
        await AnyAppends.SampleAsync(appends => AppendAndCompareAsync(ledger, $"r{Interlocked.Increment(ref count)}-", appends), iter: 25, threads: 1);
        Assert.Empty(await VerifyAsync(ledger));
        await ledger.RebuildAsync(_ => { });
        Assert.Empty(await VerifyAsync(ledger));
    }

    private async Task AppendAndCompareAsync(StoredLedger ledger, string prefix, (int Jar, JarFact[] Facts, bool Wait, bool Reload)[] appends)
    {
        var jars = new Journal<Jar, JarFact>[3];
        var expected = new List<JarFact>[] { [], [], [] };
        for (var i = 0; i < 3; i++)
            jars[i] = await OpenJarAsync(ledger, $"{prefix}{i}");
        foreach (var (jar, facts, wait, reload) in appends)
        {
            var append = jars[jar].AppendAsync(facts, Now);
            expected[jar].AddRange(facts);
            if (wait || reload)
                await append;
            if (reload)
                jars[jar] = await OpenJarAsync(ledger, $"{prefix}{jar}");
        }
        for (var i = 0; i < 3; i++)
        {
            await jars[i].AppendAsync([], Now);
            Assert.Equal(expected[i], (await ReadAllAsync(ledger, $"{prefix}{i}")).Select(r => r.Fact));
            Assert.Equal(jars[i].State, (await OpenJarAsync(ledger, $"{prefix}{i}")).State);
        }
    }
}

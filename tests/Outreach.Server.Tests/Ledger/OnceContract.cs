
namespace Outreach.Server.Tests.Ledger;

/// <summary>The same id again: found for ever, by whoever asks, wherever it is by then.</summary>
public abstract class OnceContract : LedgerContract
{
    [Fact]
    public async Task An_id_of_a_year_ago_is_found_after_restarts_snapshots_and_a_rebuild()
    {
        var ids = Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? Guid.NewGuid() : Guid.CreateVersion7()).ToList();
        await using (var ledger = await Home.OpenAsync(Home.Options with { IndexStep = 40 }))
        {
            var jar = await OpenJarAsync(ledger);
            foreach (var id in ids)
                await jar.Append([Beads(1, id)], Now);
            await jar.CloseAsync();
        }
        Home.Clock.AdvanceDays(366);
        await using var later = await Home.OpenAsync();
        await (await OpenJarAsync(later)).Append([Beads(1)], Now);
        foreach (var rebuilt in new[] { false, true })
        {
            if (rebuilt)
                await later.RebuildAsync(_ => { });
            var found = await later.FindAsync("jar/one", [.. ids, Guid.NewGuid()], Cancel);
            Assert.Equal(ids.Select((id, i) => (id, i + 1L)), ids.Select(id => (id, Assert.Single(found[id]))));
            Assert.Equal(ids.Count, found.Count);
        }
    }

    [Fact]
    public async Task Whoever_asks_while_ids_move_from_the_tail_to_the_index_finds_all_that_were_acknowledged()
    {
        await using var ledger = await Home.OpenAsync(Home.Options with { IndexStep = 5 });
        var jar = await OpenJarAsync(ledger);
        var (acknowledged, done) = (new System.Collections.Concurrent.ConcurrentQueue<Guid>(), false);
        var asking = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
            {
                var asked = acknowledged.ToArray();
                Assert.Equal(asked.Length, (await ledger.FindAsync("jar/one", asked, Cancel)).Count);
            }
        }, Cancel)).ToList();
        for (var i = 0; i < 300; i++)
        {
            var id = Guid.CreateVersion7();
            await jar.Append([Beads(1, id)], Now);
            acknowledged.Enqueue(id);
        }
        Volatile.Write(ref done, true);
        await Task.WhenAll(asking);
    }

    [Fact]
    public async Task An_id_in_several_streams_is_told_apart()
    {
        await using var ledger = await Home.OpenAsync();
        var id = Guid.CreateVersion7();
        await (await OpenJarAsync(ledger, "a")).Append([Beads(1, id)], Now);
        await (await OpenJarAsync(ledger, "b")).Append([Beads(1), Beads(1, id)], Now);
        Assert.Equal(1, Assert.Single((await ledger.FindAsync("jar/a", [id], Cancel))[id]));
        Assert.Equal(2, Assert.Single((await ledger.FindAsync("jar/b", [id], Cancel))[id]));
        Assert.Empty(await ledger.FindAsync("jar/c", [id], Cancel));
    }
}

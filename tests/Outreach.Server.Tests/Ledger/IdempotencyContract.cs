namespace Outreach.Server.Tests.Ledger;

/// <summary>Recorded ids can be found at any later time.</summary>
public abstract class IdempotencyContract : LedgerContract
{
    [Fact]
    public async Task A_year_old_id_is_found_after_restarts_snapshots_and_a_rebuild()
    {
        var ids = Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? Guid.NewGuid() : Guid.CreateVersion7()).ToList();
        await using (var ledger = await Store.OpenAsync(Store.Options with { IndexBatchSize = 40 }))
        {
            var jar = await OpenJarAsync(ledger);
            foreach (var id in ids)
                await jar.AppendAsync([Beads(1, id)], Now);
            await jar.CloseAsync();
        }
        Store.Clock.AdvanceDays(366);
        await using var later = await Store.OpenAsync();
        await (await OpenJarAsync(later)).AppendAsync([Beads(1)], Now);
        foreach (var rebuilt in new[] { false, true })
        {
            if (rebuilt)
                await later.RebuildAsync(_ => { });
            var found = await later.FindVersionsAsync("jar/one", [.. ids, Guid.NewGuid()], Cancel);
            Assert.Equal(ids.Select((id, i) => (id, i + 1L)), ids.Select(id => (id, Assert.Single(found[id]))));
            Assert.Equal(ids.Count, found.Count);
        }
    }

    [Fact]
    public async Task All_acknowledged_ids_are_found_while_they_are_being_indexed()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { IndexBatchSize = 5 });
        var jar = await OpenJarAsync(ledger);
        var (acknowledged, done) = (new System.Collections.Concurrent.ConcurrentQueue<Guid>(), false);
        var queries = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
            {
                var ids = acknowledged.ToArray();
                Assert.Equal(ids.Length, (await ledger.FindVersionsAsync("jar/one", ids, Cancel)).Count);
            }
        }, Cancel)).ToList();
        for (var i = 0; i < 300; i++)
        {
            var id = Guid.CreateVersion7();
            await jar.AppendAsync([Beads(1, id)], Now);
            acknowledged.Enqueue(id);
        }
        Volatile.Write(ref done, true);
        await Task.WhenAll(queries);
    }

    [Fact]
    public async Task The_same_id_is_found_separately_in_each_stream()
    {
        await using var ledger = await Store.OpenAsync();
        var id = Guid.CreateVersion7();
        await (await OpenJarAsync(ledger, "a")).AppendAsync([Beads(1, id)], Now);
        await (await OpenJarAsync(ledger, "b")).AppendAsync([Beads(1), Beads(1, id)], Now);
        Assert.Equal(1, Assert.Single((await ledger.FindVersionsAsync("jar/a", [id], Cancel))[id]));
        Assert.Equal(2, Assert.Single((await ledger.FindVersionsAsync("jar/b", [id], Cancel))[id]));
        Assert.Empty(await ledger.FindVersionsAsync("jar/c", [id], Cancel));
    }
}

using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Verifying, rebuilding and exporting a ledger.</summary>
public abstract class UpkeepContract : LedgerContract
{
    private static readonly string[] Tables =
        ["jar_days", "jar_most", "jar_seen", "jar_labels", "segment_index", "fact_keys", "heads"];

    [Fact]
    public async Task An_intact_ledger_has_no_findings_before_and_after_indexing()
    {
        await using var ledger = await CreateFilledLedgerAsync();
        Assert.Empty(await VerifyAsync(ledger));
        await ledger.Indexer.DrainAsync();
        Assert.Empty(await VerifyAsync(ledger));
        await (await OpenJarAsync(ledger)).AppendAsync([Beads(1)], Now);
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Theory]
    [InlineData("UPDATE segments SET payload = {tampered} WHERE position = 2", "jar/two version 1 at position 2: expected hash")]
    [InlineData("UPDATE heads SET hash = {zeros} WHERE stream = 'jar/one'", "heads (jar/one): expected version")]
    [InlineData("UPDATE heads SET version = version + 1 WHERE stream = 'jar/one'", "heads (jar/one): expected version")]
    [InlineData("UPDATE jar_days SET beads = beads + 1 WHERE jar_id = 'one'", "jar_days (one, 20485): expected facts=40 beads=")]
    [InlineData("DELETE FROM jar_most WHERE jar_id = 'two'", "jar_most (two, red): expected beads=")]
    [InlineData("INSERT INTO jar_most VALUES ('zebra', 'red', 7)", "jar_most (zebra, red): expected nothing, found beads=7")]
    [InlineData("UPDATE jar_labels SET doc = '\"other\"' WHERE label_key = 'k1'", "jar_labels (one, k1): expected colour=c first_letter=t doc=\"text 1\", found")]
    [InlineData("DELETE FROM due WHERE key = 'd1'", "due (jar/one, return, d1): expected due_at=")]
    [InlineData("DELETE FROM fact_keys WHERE version = 1", "fact_keys (")]
    [InlineData("UPDATE segment_index SET count = 7 WHERE first_version = 1", "segment_index (")]
    [InlineData("DELETE FROM segments WHERE position = 2", "segments: after position 1 comes 3")]
    [InlineData("UPDATE segments SET directory = {zeros} WHERE position = 2", "segments: The directory of the segment at position 2")]
    [InlineData("UPDATE segments SET facts = facts + 1 WHERE position = 2", "segments: position 2 says that it holds")]
    [InlineData("UPDATE segments SET payload = {zeros} WHERE position = 2", "segments: position 2 has a payload of 32 bytes")]
    [InlineData("DELETE FROM segments WHERE position = 25", "heads (jar/two): expected version 4")]
    [InlineData("DELETE FROM segments", "heads (jar/one): expected nothing, found version 46")]
    [InlineData("INSERT INTO segments SELECT 26, committed_at, facts, directory, payload FROM segments WHERE position = 25", "jar/two version 5 at position 26: expected version 9")]
    [InlineData("DELETE FROM heads WHERE stream = 'jar/two'", "heads (jar/two): expected version 8, found nothing")]
    [InlineData("DELETE FROM segment_index WHERE first_version = 5", "segment_index (")]
    [InlineData("DELETE FROM fact_keys", "fact_keys (")]
    [InlineData("UPDATE due SET due_at = due_at + 1", "due (jar/one, return, d1): expected due_at=")]
    [InlineData("UPDATE watermark SET position = 3", "segment_index (")]
    [InlineData("UPDATE watermark SET position = 99", "watermark: position 99 is after the last segment, 25")]
    [InlineData("DELETE FROM watermark", "ledger: A row is missing: SELECT position FROM watermark")]
    [InlineData("DELETE FROM view_shapes WHERE name = 'jar_days'", "view_shapes (jar_days): expected tally")]
    [InlineData("INSERT INTO snapshots VALUES ('jar/nobody', 1, 7, {zeros}, {zeros})", "snapshots (jar/nobody): expected nothing, found a snapshot")]
    public async Task Tampering_is_found(string sql, string finding)
    {
        await using var ledger = await CreateFilledLedgerAsync();
        await ledger.Indexer.DrainAsync();
        Store.Tamper(sql.Replace("{tampered}", Store.ReplaceExpression("payload", "\"beads\":2", "\"beads\":3")).Replace("{zeros}", Store.BytesLiteral(new byte[32])));
        Assert.Contains(await VerifyAsync(ledger), f => f.StartsWith(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE snapshots SET version = version + 1000", "there is a snapshot of this version, but no append ends at it")]
    [InlineData("UPDATE snapshots SET hash = {zeros}", "its snapshot does not have the hash of the chain")]
    [InlineData("UPDATE snapshots SET payload = {tampered}", "its snapshot is not what the facts come to")]
    [InlineData("UPDATE snapshots SET payload = {zeros}", "it cannot be folded")]
    public async Task A_snapshot_that_was_tampered_with_is_found(string sql, string finding)
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { SnapshotInterval = 10 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 30; i++)
            await jar.AppendAsync([Beads(1)], Now);
        Store.Tamper(sql.Replace("{tampered}", Store.ReplaceExpression("payload", "\"beads\":", "\"beads\":1")).Replace("{zeros}", Store.BytesLiteral(new byte[32])));
        Assert.Contains(await VerifyAsync(ledger), f => f.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("payload")]
    public async Task Any_changed_byte_of_a_segment_is_found(string column)
    {
        await using var ledger = await CreateFilledLedgerAsync();
        byte[] stored;
        await using (var reading = await LedgerReader.OpenAsync(ledger.Store, Cancel))
            stored = (await reading.QueryAsync($"SELECT {column} FROM segments WHERE position = 23", rows => rows.GetFieldValue<byte[]>(0), Cancel))[0];
        for (var i = 0; i < stored.Length; i += 5)
        {
            var changed = stored.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            Store.Tamper($"UPDATE segments SET {column} = {Store.BytesLiteral(changed)} WHERE position = 23");
            Assert.True((await VerifyAsync(ledger)).Count > 0, $"byte {i} of {stored.Length} was changed");
        }
    }

    [Fact]
    public async Task A_list_leaves_out_one_damaged_record_and_shows_the_others()
    {
        await using var ledger = await CreateFilledLedgerAsync();
        foreach (var damage in new[] { "payload", "directory" })
        {
            Store.Tamper($"UPDATE segments SET {damage} = {Store.BytesLiteral(new byte[64])} WHERE position = 5");
            var listed = await ledger.ReadCategoryBackwardsAsync(JarFamily.Instance, long.MaxValue, Cancel).ToListAsync(Cancel);
            Assert.Equal(Enumerable.Range(1, 25).Where(position => position != 5).Reverse(), listed.Select(run => (int)run.Position));
        }

        var runs = await ledger.ReadBackwardsAsync(JarFamily.Instance, "one", long.MaxValue, null, null, skipDamaged: true, Cancel).ToListAsync(Cancel);
        Assert.Equal(46 - 2, runs.Sum(run => run.Count));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await ledger.ReadBackwardsAsync(JarFamily.Instance, "one", long.MaxValue, null, null, skipDamaged: false, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task The_keys_of_an_append_are_verified_before_it_is_indexed()
    {
        await using var ledger = await Store.OpenAsync();
        await (await OpenJarAsync(ledger)).AppendAsync([Beads(1, Guid.NewGuid())], Now);
        byte[] directory;
        await using (var reading = await LedgerReader.OpenAsync(ledger.Store, Cancel))
        {
            var listing = Assert.Single(await reading.ReadDirectoriesAsync(0, 1, 1, Cancel));
            directory = SegmentDirectory.Serialize([.. listing.Entries.Select(entry => entry.WithEffects(new AppendEffects(ledger.Views)))]);
        }

        Store.Tamper($"UPDATE segments SET directory = {Store.BytesLiteral(directory)}");
        Assert.Contains(await VerifyAsync(ledger), f => f.Contains("its directory has other keys or times than its events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_balance_that_differs_from_its_movements_is_found()
    {
        await using var ledger = await CreateFilledLedgerAsync();
        Store.Tamper("UPDATE jar_days SET beads = 1 WHERE jar_id = 'two'");
        Assert.Contains(await VerifyAsync(ledger), f => f.StartsWith("jar/two: jar two holds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rebuild_produces_the_same_rows_and_appends_continue_afterwards()
    {
        await using var ledger = await CreateFilledLedgerAsync();
        await ledger.Indexer.DrainAsync();
        var before = await DumpAsync(ledger);
        Store.Tamper("DELETE FROM jar_days");
        Store.Tamper("UPDATE jar_labels SET doc = '1'");
        Store.Tamper("DELETE FROM fact_keys");
        var steps = await new LedgerUpkeep(ledger).RebuildAsync(Cancel).ToListAsync(Cancel);
        Assert.Equal(steps[^1].FactsTotal, steps[^1].FactsReplayed);
        Assert.Equal(before, await DumpAsync(ledger));
        await (await OpenJarAsync(ledger)).AppendAsync([Beads(1)], Now);
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_view_whose_declaration_changed_is_refilled_at_startup()
    {
        await using (var ledger = await CreateFilledLedgerAsync())
            await ledger.Indexer.DrainAsync();
        Store.Tamper("UPDATE view_shapes SET shape = 'outdated' WHERE name = 'jar_days'");
        Store.Tamper("DELETE FROM jar_days");
        await using var again = await Store.OpenAsync();
        Assert.Equal(2, (await RowsAsync(again, "SELECT * FROM jar_days")).Count);
        Assert.Empty(await VerifyAsync(again));
    }

    [Fact]
    public async Task A_store_that_a_newer_version_changed_is_refused()
    {
        await (await CreateFilledLedgerAsync()).DisposeAsync();
        Store.Tamper("INSERT INTO schemaversions (scriptname, applied) VALUES ('9999_later.sql', CURRENT_TIMESTAMP)");
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.OpenAsync());
        Assert.Contains("A newer version of Outreach has changed this store (9999_later.sql)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_returns_every_fact_in_order_and_resumes_anywhere()
    {
        await using var ledger = await CreateFilledLedgerAsync();
        var upkeep = new LedgerUpkeep(ledger);
        var all = await upkeep.ExportAsync(default, Cancel).ToListAsync(Cancel);
        Assert.Equal(54, all.Count);
        Assert.Equal(["dropped", "labelled", "due", "settled"], all.Select(f => f.Kind).Distinct());
        for (var i = 0; i < all.Count; i++)
            Assert.Equal(all.Skip(i + 1), await upkeep.ExportAsync(all[i].NextPosition, Cancel).ToListAsync(Cancel));
    }

    /// <summary>Creates two jars with events of every kind, in more than 20 commits.</summary>
    private async Task<StoredLedger> CreateFilledLedgerAsync()
    {
        var ledger = await Store.OpenAsync();
        var (one, two) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger, "two"));
        await one.AppendAsync([Beads(1), Beads(2)], Now);
        await two.AppendAsync([Beads(2), Beads(5)], Now);
        for (var i = 0; i < 19; i++)
            await one.AppendAsync([Beads(i), Beads(i * 3)], Now + Duration.FromSeconds(i));
        await one.AppendAsync([new JarFact.Labelled("k1", "text 1", "c"), new JarFact.Labelled("k2", "text 2", "d"), new JarFact.Labelled("k2", null)], Now);
        await one.AppendAsync([new JarFact.ReturnDue("d1", Now), new JarFact.ReturnDue("d2", Now), new JarFact.ReturnDone("d2")], Now);
        await two.AppendAsync([new JarFact.Labelled("k1", "text 3", "é"), new JarFact.Labelled("😀", "text 4", "｡")], Now);
        await two.AppendAsync([Beads(1), Beads(1), Beads(1), Beads(1)], Now);
        return ledger;
    }

    private static async Task<List<string>> DumpAsync(StoredLedger ledger)
    {
        var dump = new List<string>();
        foreach (var table in Tables)
            dump.AddRange((await RowsAsync(ledger, $"SELECT * FROM {table}")).Select(row => $"{table}: {row}").Order());
        return dump;
    }
}

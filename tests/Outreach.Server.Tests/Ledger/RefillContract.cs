using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A start after a change of views: what changed is computed from the facts again, and nothing else.</summary>
public abstract class RefillContract : LedgerContract
{
    private const string Days = "SELECT * FROM jar_days";
    private const string Labels = "SELECT doc FROM jar_labels";
    private const string Promises = "SELECT key, attempts FROM due";
    private const string Keys = "SELECT count(*) FROM fact_keys";

    [Fact]
    public async Task Declarations_are_stored_in_the_words_of_earlier_stores()
    {
        await using var ledger = await Store.OpenAsync();
        Assert.Equal(
            [
                "family jar|form 1",
                "jar_days|tally Sum (jar_id, day; facts, beads)",
                "jar_labels|card (jar_id, label_key; colour, first_letter, doc)",
                "jar_most|tally Max (jar_id, colour; beads)",
                "jar_seen|tally Or (jar_id, colour, size, block; bits)",
            ],
            (await RowsAsync(ledger, "SELECT name, shape FROM view_shapes")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_start_without_changes_replays_nothing()
    {
        await FillAsync(new VersionedJars(2));
        await using var ledger = await Store.OpenAsync(families: [new VersionedJars(2) { OnProject = _ => Assert.Fail("A fact was projected again.") }]);
        Assert.Equal(["one|20485|7|14"], await RowsAsync(ledger, Days));
    }

    [Fact]
    public async Task A_definition_without_facts_replays_nothing()
    {
        await FillAsync(new VersionedJars(2));
        var jars = new VersionedJars(2) { OnProject = _ => Assert.Fail("A fact was projected again.") };
        await using var ledger = await Store.OpenAsync(families: [jars, new VersionedJars(1, category: "box")]);
        Assert.Empty(await RowsAsync(ledger, "SELECT * FROM box_days"));
    }

    [Fact]
    public async Task A_view_with_other_columns_is_refilled_alone()
    {
        await FillAsync(new VersionedJars(2));
        MarkAll();
        await using var ledger = await Store.OpenAsync(families: [new VersionedJars(12)]);
        Assert.Equal(["one|20485|7|14|21|28|35|42|49|56|63|70|77|84"], await RowsAsync(ledger, Days));
        Assert.Equal(["\"marked\""], await RowsAsync(ledger, Labels));
        Assert.Equal(["d1|7"], await RowsAsync(ledger, Promises));
        Assert.Equal(["0"], await RowsAsync(ledger, Keys));
    }

    [Fact]
    public async Task A_view_of_another_version_is_refilled_alone()
    {
        await FillAsync(new VersionedJars(2));
        MarkAll();
        await using var ledger = await Store.OpenAsync(families: [new VersionedJars(2, daysVersion: 2)]);
        Assert.Equal(["one|20485|7|14"], await RowsAsync(ledger, Days));
        Assert.Equal(["\"marked\""], await RowsAsync(ledger, Labels));
        Assert.Equal(["d1|7"], await RowsAsync(ledger, Promises));
        Assert.Equal(["0"], await RowsAsync(ledger, Keys));
    }

    [Fact]
    public async Task Keys_and_promises_of_another_version_are_computed_again_without_the_views()
    {
        await FillAsync(new VersionedJars(2));
        MarkAll();
        await using var ledger = await Store.OpenAsync(families: [new VersionedJars(2, projectionVersion: 2)]);
        Assert.Equal(["one|20485|99|14"], await RowsAsync(ledger, Days));
        Assert.Equal(["\"marked\""], await RowsAsync(ledger, Labels));
        Assert.Equal(["d1|0"], await RowsAsync(ledger, Promises));
        Assert.Equal(["2"], await RowsAsync(ledger, Keys));
    }

    [Fact]
    public async Task A_ledger_is_whole_after_a_refill_and_takes_more_facts()
    {
        await FillAsync(new VersionedJars(2));
        var jars = new VersionedJars(9);
        await using var ledger = await Store.OpenAsync(families: [jars]);
        Assert.Empty(await VerifyAsync(ledger));
        await (await ledger.OpenAsync(jars, "one", Cancel)).AppendAsync([Beads(1)], Now);
        await ledger.Indexer.DrainAsync();
        Assert.Equal(["one|20485|8|16|24|32|40|48|56|64|72"], await RowsAsync(ledger, Days));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_refill_that_ended_half_way_is_done_again_at_the_next_start()
    {
        // More rows than a refill keeps in memory: when the last fact is read, the others have been written.
        var jars = new VersionedJars(1);
        await using (var ledger = await Store.OpenAsync(families: [jars]))
        {
            var jar = await ledger.OpenAsync(jars, "one", Cancel);
            for (var i = 0; i < 51; i++)
                await jar.AppendAsync([.. Enumerable.Range(i * 1_000, 1_000).Select(day => Beads(1, at: NodaConstants.UnixEpoch + Duration.FromDays(day)))], Now);
            await jar.AppendAsync([new JarFact.Labelled("last", "last")], Now);
        }
        var failing = new VersionedJars(1, daysVersion: 2) { OnProject = FailAtLabel };
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(failing));
        await using var again = await Store.OpenAsync(families: [new VersionedJars(1, daysVersion: 2)]);
        Assert.Equal(["51000|51000"], await RowsAsync(again, "SELECT count(*), CAST(sum(beads_1) AS bigint) FROM jar_days"));
        Assert.Empty(await VerifyAsync(again));
    }

    /// <summary>One jar with seven beads, a label and a promise, all of it indexed.</summary>
    private async Task FillAsync(VersionedJars jars)
    {
        await using var ledger = await Store.OpenAsync(families: [jars]);
        var jar = await ledger.OpenAsync(jars, "one", Cancel);
        await jar.AppendAsync([Beads(2), Beads(5)], Now);
        await jar.AppendAsync([new JarFact.Labelled("k1", "text"), new JarFact.ReturnDue("d1", Now + Duration.FromDays(1))], Now);
        await ledger.Indexer.DrainAsync();
    }

    /// <summary>Changes a row of everything that is computed, so that it shows what is computed again.</summary>
    private void MarkAll()
    {
        Store.Tamper("UPDATE jar_days SET beads_1 = 99");
        Store.Tamper("UPDATE jar_labels SET doc = '\"marked\"'");
        Store.Tamper("UPDATE due SET attempts = 7");
        Store.Tamper("DELETE FROM fact_keys");
    }

    private static void FailAtLabel(JarFact fact)
    {
        if (fact is JarFact.Labelled)
            throw new InvalidOperationException("The refill ends here.");
    }

    private async Task StartAsync(IStreamDefinition definition)
    {
        var views = new ViewRegistry([definition]);
        await using var ledger = new StoredLedger(Store.CreateStore(views), views, [definition], Store.Clock, Store.Options, NullLogger.Instance);
        await ledger.StartAsync(Cancel);
    }
}

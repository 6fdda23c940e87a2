using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Pages of the SQLite file are damaged, as a disk does it: the start or verify names them.</summary>
public sealed class SqliteDamageTests : LedgerContract
{
    private const int PageSize = 4_096;

    private new SqliteTestStore Store => (SqliteTestStore)base.Store;

    [Theory]
    [InlineData("no database")]
    [InlineData("half of the file")]
    [InlineData("header of a page of facts")]
    [InlineData("interior page of facts")]
    [InlineData("interior page of keys")]
    [InlineData("page of heads")]
    [InlineData("page of a view")]
    [InlineData("page of a view's index")]
    [InlineData("page of the schema")]
    [InlineData("list of free pages")]
    public async Task A_damaged_page_is_named(string what)
    {
        await FillAsync();
        Store.Damage("outreach.db", stream => Damage(stream, what));
        var found = await FindDamageAsync();
        Assert.Contains(found, message => message.Contains("page", StringComparison.OrdinalIgnoreCase)
            || message.Contains("not a database", StringComparison.Ordinal) || message.Contains("malformed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_damaged_page_that_is_in_use_is_found()
    {
        await FillAsync();
        Store.Tamper("VACUUM");
        var pages = new FileInfo(Path.Combine(Store.Folder, "outreach.db")).Length / PageSize;
        for (var page = 1; page <= pages; page += 5)
        {
            await using var copy = Store.Copy();
            copy.Damage("outreach.db", stream => Fill(stream, At(page), PageSize));
            Assert.True((await FindDamageAsync(copy)).Count > 0, $"page {page} of {pages}");
        }
    }

    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());

    /// <summary>Enough for interior pages, and pages that are free again.</summary>
    private async Task FillAsync()
    {
        await using (var ledger = await Store.OpenAsync())
        {
            for (var i = 0; i < 150; i++)
                await (await OpenJarAsync(ledger, $"jar-{i}")).AppendAsync(
                    [.. Enumerable.Range(0, 20).Select(bead => (JarFact)Beads(bead)), new JarFact.Labelled($"label-{i}", $"text {i}", "colour")], Now);
            await ledger.Indexer.DrainAsync();
        }

        Store.Tamper("CREATE TABLE gone (a); INSERT INTO gone VALUES (zeroblob(100000)); DROP TABLE gone");
    }

    private Task<List<string>> FindDamageAsync() => FindDamageAsync(Store);

    /// <summary>Why the store is not opened, or what verify finds.</summary>
    private static async Task<List<string>> FindDamageAsync(SqliteTestStore store)
    {
        try
        {
            await using var ledger = await store.OpenAsync();
            return await VerifyAsync(ledger);
        }
        catch (StoreDamagedException damaged)
        {
            return [damaged.Message];
        }
    }

    private void Damage(FileStream stream, string what)
    {
        switch (what)
        {
            case "no database":
                Fill(stream, 0, 100);
                break;
            case "half of the file":
                stream.SetLength(stream.Length / 2 / PageSize * PageSize);
                break;
            case "header of a page of facts":
                Fill(stream, At(FirstChild(stream, RootOf("segments"))), 8);
                break;
            case "interior page of facts":
                Fill(stream, At(RootOf("segments")) + 12, 40);
                break;
            case "interior page of keys":
                Fill(stream, At(RootOf("fact_keys")), 40);
                break;
            case "page of heads":
                Fill(stream, At(FirstChild(stream, RootOf("heads"))), 40);
                break;
            case "page of a view":
                Fill(stream, At(FirstChild(stream, RootOf("jar_labels"))), 40);
                break;
            case "page of a view's index":
                Fill(stream, At(RootOf("jar_labels_by_colour")), 40);
                break;
            case "page of the schema":
                Fill(stream, 100, 40);
                break;
            case "list of free pages":
                Fill(stream, At(ReadInt(stream, 32)), 40);
                break;
        }
    }

    private static long At(long page) => (page - 1) * PageSize;

    private static void Fill(FileStream stream, long at, int count)
    {
        stream.Position = at;
        stream.Write(Enumerable.Repeat((byte)0xa5, count).ToArray());
    }

    private static long ReadInt(FileStream stream, long at)
    {
        var bytes = new byte[4];
        stream.Position = at;
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>The page that the first cell of an interior page of a table leads to.</summary>
    private static long FirstChild(FileStream stream, long page)
    {
        stream.Position = At(page);
        var header = new byte[14];
        stream.ReadExactly(header);
        Assert.True(header[0] is 2 or 5, "The table is too small to have an interior page.");
        return ReadInt(stream, At(page) + BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(12)));
    }

    private long RootOf(string name)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Store.Folder, "outreach.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var query = connection.CreateCommand("SELECT rootpage FROM sqlite_master WHERE name = @name", ("@name", name));
        return (long)query.ExecuteScalar()!;
    }
}

using System.Data.Common;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Computes everything in a scope again from the segments, in one transaction and bounded memory.</summary>
/// <param name="report">Called at the start and after every segment.</param>
internal sealed class LedgerRebuilder(ReplayBatch replay, Action<RebuildProgress> report)
{
    /// <summary>Segments per query. A segment is at most about a megabyte.</summary>
    private const int PageSize = 64;

    /// <summary>The last position that was replayed.</summary>
    public long Position { get; private set; }

    /// <summary>Runs on the writer's thread, while no commit happens.</summary>
    public void Run(IRebuildTransaction transaction)
    {
        var progress = new RebuildProgress(0, CountFacts(transaction.Connection));
        report(progress);
        foreach (var segment in ReadSegments(transaction.Connection))
        {
            foreach (var entry in segment.Directory.Entries)
                replay.Project(segment, entry);
            Position = segment.Directory.Position;
            if (replay.IsFull)
                Flush(transaction);
            report(progress = progress with { FactsReplayed = progress.FactsReplayed + segment.FactCount });
        }
        Flush(transaction);
    }

    /// <summary>Reads all segments in order, with the connection that writes.</summary>
    private static IEnumerable<Segment> ReadSegments(DbConnection connection)
    {
        for (var page = ReadPage(connection, 0); page.Count > 0; page = ReadPage(connection, page[^1].Directory.Position))
            foreach (var segment in page)
                yield return segment;
    }

    private static List<Segment> ReadPage(DbConnection connection, long after)
    {
        using var query = connection.CreateCommand(
            $"SELECT position, directory, payload, facts FROM segments WHERE position > @after ORDER BY position LIMIT {PageSize}", ("@after", after));
        using var rows = query.ExecuteReader();
        var page = new List<Segment>();
        while (rows.Read())
            page.Add(new SegmentRow(rows.GetInt64(0), rows.GetBytes(1), rows.GetBytes(2), rows.GetInt64(3)).Parse());
        return page;
    }

    private static long CountFacts(DbConnection connection)
    {
        using var query = connection.CreateCommand("SELECT CAST(coalesce(sum(facts), 0) AS bigint) FROM segments");
        return Convert.ToInt64(query.ExecuteScalar());
    }

    private void Flush(IRebuildTransaction transaction)
    {
        transaction.Write(replay.Rows);
        if (replay.Directories.Count > 0)
            transaction.Index(replay.Directories);
        replay.Clear();
    }
}
